"""The script of the boards in a page of its own, and all that it makes of a picture."""

import json

from lmm_app.live.pictures import FORMULAS

EXPORTS = (
    "number, plusMinus, share, positionsOf, hold, picture, fitAt, heightOf, plotOf, reachOf, "
    "lineOf, squared, tailsOf, pWords, axisOfWeights, sumWords, weightsWords, regressionWords, "
    "logLikelihood"
)
LOAD = """async (text) => {
    const url = URL.createObjectURL(new Blob([text], {type: "text/javascript"}));
    globalThis.live = await import(url);
}"""
# Everything of every picture at every h that is asked for; JSON cannot hold what is not finite.
LOOK = """async (cases) => {
    const plain = (v) => Number.isFinite(v) ? v : String(v);
    const bytes = (text) => Uint8Array.from(atob(text), (mark) => mark.charCodeAt(0));
    const found = [];
    for (const {id, parts, method, column, h} of cases) {
        const owners = parts.map(() => ({}));
        await Promise.all(parts.map((part, k) => live.hold(owners[k], bytes(part))));
        const {fit, points, matrices} = live.picture(id);
        const lines = points ? [] : FORMULAS.map((name) => live.lineOf(name, fit, method));
        found.push({
            titles: lines.map(({title}) => title),
            lines: h.map((at) => lines.map(({pieces}) => pieces.map(
                (piece) => typeof piece === "string" ? piece : piece.of(at)).join(""))),
            heights: h.map((at) => ["ML", "REML"].map(
                (name) => plain(live.heightOf(fit, name, at)))),
            ...(points ? sides(fit, points, matrices[0], h, plain) : {}),
        });
    }
    return found;
    function sides(fit, points, matrix, h, plain) {
        const {column} = points;
        const whole = h.map((at) => {
            const {w} = live.fitAt(fit, at);
            const plot = live.plotOf(fit, column, at);
            return {
                w: Array.from(w, plain),
                x: plot && [...plot.x], y: plot && [...plot.y], slope: plot && plot.slope,
                weights: live.weightsWords(at, w),
                regression: live.regressionWords(at, w.length, fit.columns[column], plot),
            };
        });
        return {
            whole, reach: live.reachOf(fit, column), axis: live.axisOfWeights(fit, points.atOne),
            sums: Array.from(fit.twin.values, (_, k) => live.sumWords(points.directions, k)),
            V: Array.from(live.squared(matrix.matrix), (k) => matrix.matrix.palette[k]),
        };
    }
}""".replace("FORMULAS", json.dumps(FORMULAS))
