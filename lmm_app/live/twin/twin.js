// The weighted regression of any h, in the browser: the same numbers as Python's, to 1e-12.
//
// After the rotation a fit is n × (p + 2) numbers. They come in coordinates in which sums keep
// their digits up to h = 1 (lmm_core/coordinates.py): y = X·offset + residual, and b = offset +
// toBeta·g for coefficients g on an orthonormal basis of the columns of X. Nothing here searches:
// the maximum, its trace and its intervals are Python's, and this moves between them.

const LOG_2PI = Math.log(2 * Math.PI);

/**
 * Everything that a picture shows of one h.
 *
 * problem: n, p; for each of m directions, n but for records, values λ (m), residual (m) and basis
 * (m × p, row by row); offset (p), toBeta (p × p, row by row); nBlank, the directions left out, in
 * which y and X are 0 and λ is; nNull, nullRank, nullExplained, exact; atOne, the limits of the log-likelihood at
 * h = 1 where K is singular, jacobian, what weights of records add to it, each {ML, REML}, null for +∞ under `exact` as elsewhere -Infinity or
 * Infinity by name.
 *
 * Returns h, d, w (n; Infinity where d is 0), g (p, on the basis), beta (p), unscaled (p; times v̂ the variance of
 * beta), rss, sumLogD, logDet (of X'WX less that of X'X), residuals (n), and the functions below.
 */
export function weighted(problem, h) {
    const { p, values, residual, basis, offset, toBeta } = problem;
    const n = values.length;
    const d = new Float64Array(n);
    const w = new Float64Array(n);
    const root = new Float64Array(n);
    let sumLogD = problem.nBlank ? problem.nBlank * Math.log(1 - h) : 0;
    for (let i = 0; i < n; i++) {
        d[i] = h * values[i] + (1 - h);
        w[i] = d[i] > 0 ? 1 / d[i] : Infinity;
        root[i] = d[i] > 0 ? Math.sqrt(w[i]) : 0;
        sumLogD += Math.log(d[i]);
    }
    // At the limit the columns that reach into the null space of K are tied down by it alone.
    const atLimit = h === 1 && problem.nNull > 0;
    const free = atLimit ? problem.nullRank : 0;
    const g = tiedDown(problem, free);
    const left = without(residual, basis, g, 0, free, n, p);
    const { Q, R } = orthonormal(basis, root, free, n, p);
    const m = p - free;
    const c = new Float64Array(m);
    for (let j = 0; j < m; j++) {
        const q = Q[j];
        let sum = 0;
        for (let i = 0; i < n; i++) sum += q[i] * (root[i] * left[i]);
        c[j] = sum;
    }
    const solved = backward(R, c);
    for (let j = 0; j < m; j++) g[free + j] = solved[j];
    const residuals = without(left, basis, g, free, p, n, p);
    let rss = 0;
    let stuck = false;
    for (let i = 0; i < n; i++) {
        if (d[i] > 0) rss += (root[i] * residuals[i]) ** 2;
        else stuck ||= residuals[i] !== 0;
    }
    const beta = new Float64Array(p);
    const duals = [];
    const unscaled = new Float64Array(p);
    for (let j = 0; j < p; j++) {
        let sum = offset[j];
        for (let k = 0; k < p; k++) sum += toBeta[j * p + k] * g[k];
        beta[j] = sum;
        // u = R⁻ᵀ(row j of toBeta): u'u is the variance of β̂_j over v, and Q u its direction.
        const u = forward(R, toBeta.subarray(j * p + free, (j + 1) * p));
        duals.push(u);
        unscaled[j] = u.reduce((total, one) => total + one * one, 0);
    }
    let logDet = 0;
    for (let j = 0; j < m; j++) logDet += 2 * Math.log(R[j][j]);
    const at = { h, d, w, root, g, beta, unscaled, residuals, duals, Q };
    return Object.assign(at, {
        rss: stuck ? Infinity : rss,
        sumLogD,
        logDet: free ? Infinity : logDet,
    });
}

/** The log-likelihood of a weighted fit with all its constants, "ML" or "REML". */
export function logLikelihood(problem, at, method) {
    if (problem.exact) return Infinity;
    if (at.h === 1 && problem.nNull + problem.nBlank > 0) return Number(problem.atOne[method]);
    const { n, p } = problem;
    const df = method === "REML" ? n - p : n;
    const twice = df * (LOG_2PI + 1 + Math.log(at.rss / df)) + at.sumLogD;
    return problem.jacobian[method] - 0.5 * (method === "REML" ? twice + at.logDet : twice);
}

/** v̂ of a weighted fit: RSS over n under ML, over n - p under REML. */
export function variance(problem, at, method) {
    return at.rss / (method === "REML" ? problem.n - problem.p : problem.n);
}

/**
 * The added-variable plot of column j: x and y with the other columns projected out under w.
 *
 * The line through the origin has slope β̂_j (Frisch and Waugh): x is the direction of β̂_j's dual
 * vector, and y is what the whole fit leaves, and β̂_j x.
 */
export function addedVariable(problem, at, j) {
    const n = problem.values.length;
    const u = at.duals[j];
    const size = at.unscaled[j];
    const x = new Float64Array(n);
    const y = new Float64Array(n);
    for (let i = 0; i < n; i++) {
        let sum = 0;
        for (let k = 0; k < u.length; k++) sum += at.Q[k][i] * u[k];
        x[i] = sum / (size * at.root[i]);
        y[i] = at.residuals[i] + at.beta[j] * x[i];
    }
    return { x, y, slope: at.beta[j] };
}

/** Coefficients of the first columns of the basis by least squares in the null space of K. */
function tiedDown({ p, nNull, basis, residual }, free) {
    const g = new Float64Array(p);
    for (let j = 0; j < free; j++) {
        let top = 0;
        let below = 0;
        for (let i = 0; i < nNull; i++) {
            top += residual[i] * basis[i * p + j];
            below += basis[i * p + j] ** 2;
        }
        g[j] = top / below;
    }
    return g;
}

/** A vector less the columns from..to of the basis times their coefficients. */
function without(vector, basis, g, from, to, n, p) {
    const out = Float64Array.from(vector);
    for (let j = from; j < to; j++) {
        for (let i = 0; i < n; i++) out[i] -= basis[i * p + j] * g[j];
    }
    return out;
}

/** Q and R of the weighted columns of the basis, by Gram–Schmidt with one repetition. */
function orthonormal(basis, root, free, n, p) {
    const Q = [];
    const R = Array.from({ length: p - free }, () => new Float64Array(p - free));
    for (let j = 0; j < p - free; j++) {
        const q = new Float64Array(n);
        for (let i = 0; i < n; i++) q[i] = root[i] * basis[i * p + free + j];
        for (let repeat = 0; repeat < 2; repeat++) {
            for (let k = 0; k < j; k++) {
                let sum = 0;
                for (let i = 0; i < n; i++) sum += Q[k][i] * q[i];
                R[k][j] += sum;
                for (let i = 0; i < n; i++) q[i] -= sum * Q[k][i];
            }
        }
        let square = 0;
        for (let i = 0; i < n; i++) square += q[i] * q[i];
        R[j][j] = Math.sqrt(square);
        for (let i = 0; i < n; i++) q[i] /= R[j][j];
        Q.push(q);
    }
    return { Q, R };
}

/** R x = c, R upper triangular. */
function backward(R, c) {
    const x = Float64Array.from(c);
    for (let j = x.length - 1; j >= 0; j--) {
        for (let k = j + 1; k < x.length; k++) x[j] -= R[j][k] * x[k];
        x[j] /= R[j][j];
    }
    return x;
}

/** R' x = c, R upper triangular. */
function forward(R, c) {
    const x = Float64Array.from(c);
    for (let j = 0; j < x.length; j++) {
        for (let k = 0; k < j; k++) x[j] -= R[k][j] * x[k];
        x[j] /= R[j][j];
    }
    return x;
}
