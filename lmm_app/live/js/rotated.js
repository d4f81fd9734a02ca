// After the rotation: the weights against the eigenvalues, and the added-variable plot.
// A mark is a rotated observation in both pictures, and its area is its share of the weight.

import { cloudOf } from "./cloud.js";
import { fitAt, plotOf, reachOf, weightOf } from "./fitted.js";
import { axes, clipTo, html, label, laid, make, scale, set } from "./svg.js";
import { number } from "./words.js";

// From the smallest mark that is seen to the largest that leaves room for others, in px.
const [SMALLEST, LARGEST] = [1.4, 26];
// The axis of the weights ends this many times beyond all that it holds.
const HEADROOM = 1.3;
// Below h = 1 it holds all weights up to here.
const UP_TO = 0.99;

/** Both pictures; `show(h)` moves them to another h. */
export function rotatedPanels(weightsParent, regressionParent, picture, options) {
  const { points, fit } = picture;
  const { values } = fit.twin;
  const n = values.length;
  const { column } = points;
  const svgs = [make("svg", { role: "img" }), make("svg", { role: "img" })];
  const choose = (i) => {
    chosen = i;
    for (const cloud of clouds) cloud.draw(chosen);
    describe();
  };
  const clouds = [weightsParent, regressionParent].map((parent, place) => cloudOf(parent, svgs[place], n, choose));
  const words = html("p", "hover", "", regressionParent);
  const weightsAxis = axisOfWeights(fit, points.atOne);
  let parts = {};
  let h = 0;
  let chosen = -1;

  const describe = () => {
    words.textContent =
      chosen < 0
        ? points.hint
        : `Rotated observation ${n - chosen} of ${n}: λ = ${short(values[chosen])}, weight ` +
          `${short(fitAt(fit, h).w[chosen])}. ${sumWords(points.directions, chosen)}`;
  };

  const drawWeights = () => {
    const [{ size, height }, [svg]] = [options, svgs];
    const { width, box } = laid(svg, weightsParent, 220, height, { left: 4.4 * size, top: 10, right: 12, bottom: 3.1 * size });
    const v = points.valuesAxis;
    const x = scale(v.lo, v.hi, box.left, box.right, v.log);
    const y = scale(weightsAxis.lo, weightsAxis.hi, box.bottom, box.top, true);
    axes(svg, box, x, y, { size, xTitle: points.valuesTitle, yTitle: "weight w = 1/d" });
    make("line", { class: "reference", x1: box.left, x2: box.right, y1: y(1), y2: y(1) }, svg);
    if (width >= 23 * size) make("text", { class: "note", x: box.left + 6, y: y(1) + size + 2, "font-size": size - 1, text: "ordinary least squares: w = 1" }, svg);
    clouds[0].resize(width, height);
    parts = { ...parts, x, y };
  };
  const drawRegression = () => {
    const [{ size, height }, [, svg]] = [options, svgs];
    const { width, box } = laid(svg, regressionParent, 220, height, { left: 4.8 * size, top: 10, right: 12, bottom: 3.1 * size });
    const reach = reachOf(fit, column);
    const rx = scale(-reach.x, reach.x, box.left, box.right);
    const ry = scale(-reach.y, reach.y, box.bottom, box.top);
    axes(svg, box, rx, ry, { size, xTitle: points.xTitle, yTitle: points.yTitle });
    const clip = clipTo(svg, box);
    const squarePaths = make("path", { class: "squares", "clip-path": clip }, svg);
    const fitted = make("line", { class: "fitted", "clip-path": clip }, svg);
    clouds[1].resize(width, height);
    parts = { ...parts, rx, ry, fitted, squarePaths };
  };
  const resize = () => {
    drawWeights();
    drawRegression();
    show(h);
  };
  const show = (next) => {
    h = next;
    const { x, y, rx, ry, fitted, squarePaths } = parts;
    const found = fitAt(fit, h);
    const plot = plotOf(fit, column, h);
    const total = weightOf(found);
    // The ink of all marks together is the same at every h: weights share it out.
    const ink = 9000 / total / Math.PI;
    const [marks, ring] = clouds;
    for (let i = 0; i < n; i++) {
      const w = found.w[i];
      const r = w < Infinity ? Math.min(Math.max(Math.sqrt(w * ink), SMALLEST), LARGEST) : 0;
      const seen = w <= weightsAxis.hi && !(x.log && !(values[i] > 0));
      marks.r[i] = seen ? r : 0;
      marks.x[i] = seen ? x(values[i]) : 0;
      marks.y[i] = seen ? y(Math.max(w, weightsAxis.lo)) : 0;
      ring.r[i] = plot ? r : 0;
      ring.x[i] = plot ? rx(plot.x[i]) : 0;
      ring.y[i] = plot ? ry(plot.y[i]) : 0;
    }
    for (const cloud of clouds) cloud.draw();
    const slope = plot ? plot.slope : 0;
    const [lo, hi] = rx.domain;
    set(fitted, { x1: rx(lo), x2: rx(hi), y1: ry(slope * lo), y2: ry(slope * hi), visibility: plot ? "visible" : "hidden" });
    set(squarePaths, { d: plot && options.squares ? squarePath(plot, found.w, total) : "" });
    svgs[0].setAttribute("aria-label", weightsWords(h, found.w));
    svgs[1].setAttribute("aria-label", regressionWords(h, n, fit.columns[column], plot));
    describe();
  };
  const squarePath = (plot, w, total) => {
    const { rx, ry } = parts;
    let path = "";
    for (let i = 0; i < n; i++) {
      const foot = ry(plot.slope * plot.x[i]);
      const gap = ry(plot.y[i]) - foot;
      const side = Math.abs(gap) * Math.sqrt((w[i] * n) / total);
      path += `M${rx(plot.x[i])},${foot}h${side}v${Math.sign(gap) * side}h${-side}Z`;
    }
    return path;
  };
  const follow = () => clouds.forEach((cloud) => cloud.follow());
  const directions = () => Array.from(values, (_, i) => n - 1 - i);
  const takeWeights = () => ({
    name: "weights",
    title: points.titles.weights.title,
    svg: clouds[0].taken(),
    table: {
      caption: weightsWords(h, fitAt(fit, h).w),
      head: ["rotated observation", "λ", "weight"],
      rows: directions().map((i) => [n - i, values[i], fitAt(fit, h).w[i]]),
    },
  });
  const takeRegression = () => {
    const plot = plotOf(fit, column, h);
    return {
      name: `weighted regression on ${fit.columns[column]}`,
      title: points.titles.regression.title,
      svg: clouds[1].taken(),
      table: {
        caption: regressionWords(h, n, fit.columns[column], plot),
        head: ["rotated observation", points.xTitle, points.yTitle, "weight"],
        rows: plot ? directions().map((i) => [n - i, plot.x[i], plot.y[i], fitAt(fit, h).w[i]]) : [],
      },
    };
  };
  const squares = (on) => {
    options.squares = on;
    show(h);
  };
  const taken = [
    { show: () => {}, place: weightsParent, take: takeWeights },
    { show: () => {}, place: regressionParent, take: takeRegression },
  ];
  return { show, resize, follow, squares, taken };
}

/** The same for every h, so that the marks move and not the axis. */
function axisOfWeights({ twin }, atOne) {
  let [lo, hi] = [0.5, 2];
  for (const h of atOne ? [UP_TO, 1] : [UP_TO]) {
    for (const value of twin.values) {
      const weight = 1 / (h * value + 1 - h);
      if (!(weight > 0 && weight < Infinity)) continue;
      [lo, hi] = [Math.min(lo, weight), Math.max(hi, weight)];
    }
  }
  return { lo: lo / HEADROOM, hi: hi * HEADROOM };
}

/** Whose values a rotated observation adds up, with their weights; as `sum_words` in Python. */
export function sumWords({ ids, who, weights, more, kinds, each }, k) {
  if (kinds[k] === 0) return `${ids[who[k * each]]} alone.`;
  const sides = [[], []];
  for (let j = k * each; j < (k + 1) * each; j++) {
    // Beyond the last individual there is nobody.
    if (who[j] >= ids.length) continue;
    const down = weights[j] < 0;
    sides[down ? 1 : 0].push(`${ids[who[j]]} ${down ? "−" : "+"}${(Math.abs(weights[j]) / 100).toFixed(2)}`);
  }
  const start = ["", "An average of ", "A weighted average of ", "Weights: "][kinds[k]];
  const rest = more[k] ? ` and ${more[k].toLocaleString("en-GB")} more` : "";
  return `${start}${sides.filter((side) => side.length).map((side) => side.join(", ")).join(" against ")}${rest}.`;
}

function weightsWords(h, w) {
  const start = `Weight of each rotated observation against its eigenvalue at h = ${h.toFixed(3)}: `;
  const finite = w.filter((one) => one < Infinity);
  if (!finite.length) return `${start}all are infinite, because none has any variance.`;
  const infinite = w.length - finite.length;
  const some = infinite ? `${infinite} infinite, where there is no variance; the others ` : "";
  const low = finite.reduce((least, one) => Math.min(least, one), Infinity);
  const high = finite.reduce((most, one) => Math.max(most, one), 0);
  if (high - low <= 1e-9 * high) return `${start}${some}all are ${number(high, 3)}.`;
  return `${start}${some}from ${number(low, 3)} to ${number(high, 3)}, falling as the eigenvalue grows.`;
}

function regressionWords(h, n, name, plot) {
  if (!plot) return `No added-variable plot at h = ${h.toFixed(3)}: some rotated observations have no variance there.`;
  return (
    `Weighted added-variable plot of ${name} at h = ${h.toFixed(3)}: ${n} rotated observations and a line through ` +
    `the origin with slope ${number(plot.slope)}, the weighted least squares estimate.`
  );
}

function short(value) {
  return Number.isFinite(value) ? label(Number(value.toPrecision(3))) : "∞";
}
