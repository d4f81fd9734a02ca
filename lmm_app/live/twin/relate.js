// K of a small table of genotypes, in the browser: the same numbers as Python's, to 1e-12.

/**
 * What is multiplied of each genotype, row by row (n × m): counts as they are, less the mean of
 * their marker, or that over its standard deviation (divisor n). A marker that does not vary gives
 * nothing to the last.
 */
export function multiplied(counts, n, m, way) {
    const z = Float64Array.from(counts);
    if (way === "counts") return z;
    for (let k = 0; k < m; k++) {
        const { mean, spread } = columnOf(counts, n, m, k);
        const over = way === "centred" ? 1 : spread;
        for (let i = 0; i < n; i++) z[i * m + k] = over > 1e-10 ? (counts[i * m + k] - mean) / over : 0;
    }
    return z;
}

/** The mean of a marker, and its standard deviation (divisor n). */
export function columnOf(counts, n, m, k) {
    let [sum, squares] = [0, 0];
    for (let i = 0; i < n; i++) sum += counts[i * m + k];
    const mean = sum / n;
    for (let i = 0; i < n; i++) squares += (counts[i * m + k] - mean) ** 2;
    return { mean, spread: Math.sqrt(squares / n) };
}

/** By how many markers sums are divided: those that vary, where they are standardised. */
export function dividedBy(counts, n, m, way) {
    if (way !== "standardised") return m;
    let varying = 0;
    for (let k = 0; k < m; k++) varying += columnOf(counts, n, m, k).spread > 1e-10;
    return varying;
}

/** K, row by row (n × n): the mean of the products over markers; `floored` sets negative ones to 0. */
export function kinshipOf(counts, n, m, way, floored) {
    const z = multiplied(counts, n, m, way);
    const over = dividedBy(counts, n, m, way) || 1;
    const K = new Float64Array(n * n);
    for (let i = 0; i < n; i++)
        for (let j = 0; j <= i; j++) {
            let sum = 0;
            for (let k = 0; k < m; k++) sum += z[i * m + k] * z[j * m + k];
            const entry = floored ? Math.max(sum / over, 0) : sum / over;
            K[i * n + j] = K[j * n + i] = entry;
        }
    return K;
}

/** The eigenvalues of a small symmetric matrix, the smallest first, by Jacobi's rotations. */
export function eigenvaluesOf(matrix, n) {
    const a = Float64Array.from(matrix);
    for (let sweep = 0; sweep < 60; sweep++) {
        let off = 0;
        for (let p = 0; p < n; p++)
            for (let q = p + 1; q < n; q++) {
                off = Math.max(off, Math.abs(a[p * n + q]));
                zeroed(a, n, p, q);
            }
        if (off === 0) break;
    }
    return Float64Array.from({ length: n }, (_, i) => a[i * n + i]).sort();
}

/** Turn the axes p and q so that the entry of the two becomes 0. */
function zeroed(a, n, p, q) {
    const entry = a[p * n + q];
    if (Math.abs(entry) < 1e-300) {
        a[p * n + q] = a[q * n + p] = 0;
        return;
    }
    const theta = (a[q * n + q] - a[p * n + p]) / (2 * entry);
    const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
    const c = 1 / Math.hypot(t, 1);
    const s = t * c;
    for (let k = 0; k < n; k++) {
        const [x, y] = [a[k * n + p], a[k * n + q]];
        a[k * n + p] = c * x - s * y;
        a[k * n + q] = s * x + c * y;
    }
    for (let k = 0; k < n; k++) {
        const [x, y] = [a[p * n + k], a[q * n + k]];
        a[p * n + k] = c * x - s * y;
        a[q * n + k] = s * x + c * y;
    }
    a[p * n + q] = a[q * n + p] = 0;
}
