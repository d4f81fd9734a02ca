// Predictions at any h, in the browser: the same numbers as Python's, to 1e-9.
//
// û = hKV⁻¹(y - Xb) is a sum over eigen-directions, λ by λ: what each gives is hλ/(hλ + 1 - h)
// times what the weighted fit leaves there. As a function of h these factors are so much alike that
// those of a few λ, summed with fixed weights, give all others (`shrinkage.py`): so it is a sum over
// a few, and individuals need a few numbers each instead of one for every direction.

/**
 * Residuals and predictions of everyone at a weighted fit.
 *
 * part: lambdas, the few (m); mix (count × (p + 1) × m), for what is left of y and for each column
 * of the basis; residual (count) and basis (count × p) of those with a record, NaN for the others.
 * fit: what `weighted` returns: h and g. into: {residuals, predictions} (count each), filled.
 */
export function predict({ lambdas, mix, residual, basis }, { h, g }, into) {
    const m = lambdas.length;
    const p = g.length;
    const factors = new Float64Array((p + 1) * m);
    for (let k = 0; k < m; k++) {
        const kept = (h * lambdas[k]) / (h * lambdas[k] + (1 - h));
        factors[k] = kept;
        for (let c = 0; c < p; c++) factors[(c + 1) * m + k] = -kept * g[c];
    }
    const each = factors.length;
    for (let i = 0; i < residual.length; i++) {
        let sum = 0;
        for (let k = 0; k < each; k++) sum += mix[i * each + k] * factors[k];
        into.predictions[i] = sum;
        let left = residual[i];
        for (let c = 0; c < p; c++) left -= basis[i * p + c] * g[c];
        into.residuals[i] = left;
    }
    return into;
}
