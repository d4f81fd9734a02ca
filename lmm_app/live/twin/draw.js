// Phenotypes from the model at any h, in the browser: the same numbers as Python's, to 1e-9.
//
// U√(v(hλ + 1 - h))z is a sum over eigen-directions. As functions of h the roots are so much alike
// that those of a few λ, summed with fixed weights, give all others (`draws.py`): so it is a sum
// over a few, and individuals need a few numbers each instead of one for every direction.

// A kinship of nothing but 0 has no variance at h = 1 to be scaled.
const SMALLEST_SIZE = 1e-12;

/**
 * One mixture of the columns of random numbers: z = Σ c_k z_k, for every individual and factor.
 *
 * mix: columns × count × m; c: a unit vector, one number for each column.
 */
export function mixed({ mix }, c) {
    const size = mix.length / c.length;
    const own = new Float64Array(size);
    for (let k = 0; k < c.length; k++) {
        for (let i = 0; i < size; i++) own[i] += c[k] * mix[k * size + i];
    }
    return own;
}

/**
 * What covariates leave of the phenotypes that the model draws at h.
 *
 * part: lambdas (m), kappa and total, the variance of the average individual; own: of `mixed`.
 * into: count, filled.
 */
export function draw({ lambdas, kappa, total }, own, h, into) {
    const m = lambdas.length;
    const v = total / Math.max(h * kappa + (1 - h), SMALLEST_SIZE);
    const roots = lambdas.map((one) => Math.sqrt(v * (h * one + (1 - h))));
    for (let i = 0; i < into.length; i++) {
        let sum = 0;
        for (let k = 0; k < m; k++) sum += own[i * m + k] * roots[k];
        into[i] = sum;
    }
    return into;
}

/** Another unit vector, at right angles to c: what it mixes is independent of what c did. */
export function turned(c, random = Math.random) {
    const next = c.map(() => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()));
    let along = 0;
    for (let k = 0; k < c.length; k++) along += next[k] * c[k];
    const left = next.map((one, k) => one - along * c[k]);
    const size = Math.hypot(...left);
    return left.map((one) => one / size);
}
