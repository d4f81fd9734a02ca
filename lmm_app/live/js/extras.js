// What a lesson adds to the profile: the sweep, the first bracket, the line 1.92 below the top, intervals.

import { heightOf } from "./fitted.js";
import { make } from "./svg.js";

/** Draw them: picture.sweep, picture.first, options.cut and picture.bars, each where it is given. */
export function drawExtras(svg, { x, y, box }, picture, options) {
  const { fit, method } = picture;
  const { size } = options;
  if (picture.first) {
    const [lo, hi] = picture.first;
    make("rect", { class: `bracket ${method}`, x: x(lo), width: Math.max(x(hi) - x(lo), 2), y: box.top, height: box.bottom - box.top }, svg);
  }
  for (const h of picture.sweep ?? []) {
    const height = heightOf(fit, method, h);
    if (!Number.isFinite(height) || height < fit.floor) continue;
    make("circle", { class: "swept", cx: x(h).toFixed(2), cy: y(Math.min(height, fit.roof)).toFixed(2), r: 0.19 * size }, svg);
  }
  if (options.cut) {
    const at = y(Math.max(-options.cut, fit.floor));
    make("line", { class: "cut-line", x1: box.left, x2: box.right, y1: at, y2: at }, svg);
    make("text", { class: "note", x: box.left + 6, y: at - 5, "font-size": size - 1, text: options.cutWords }, svg);
    const half = x(0.5);
    make("line", { class: "grid half", x1: half, x2: half, y1: box.top, y2: box.bottom }, svg);
  }
  (picture.bars ?? []).forEach(({ lo, hi, words, look }, k) => {
    const at = box.bottom - (picture.bars.length - k) * 1.9 * size + 0.6 * size;
    const group = make("g", { class: `interval-bar ${look}` }, svg);
    make("path", { d: `M${x(lo)},${at - 0.4 * size}v${0.8 * size}m0,${-0.4 * size}H${Math.max(x(hi), x(lo) + 1)}m0,${-0.4 * size}v${0.8 * size}` }, group);
    // Beside its bar, on the side that has more room.
    const right = box.right - x(hi) >= x(lo) - box.left;
    const long = 0.55 * size * words.length;
    const fits = right ? x(hi) + 7 + long < box.right : x(lo) - 7 - long > box.left;
    const middle = Math.min(Math.max((x(lo) + x(hi)) / 2, box.left + long / 2), box.right - long / 2);
    const where = fits ? { x: right ? x(hi) + 7 : x(lo) - 7, y: at + 0.35 * size, "text-anchor": right ? "start" : "end" } : { x: middle, y: at - 0.5 * size, "text-anchor": "middle" };
    make("text", { class: "note", ...where, "font-size": size - 1, text: words }, group);
  });
}
