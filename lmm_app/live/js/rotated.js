// After the rotation: the weights against the eigenvalues, and the added-variable plot.
// A mark is an eigen-direction in both pictures, and its area is its share of the weight.

import { axes, html, label, line, make, scale, set } from "./svg.js";

/** Both pictures; `show(frame)` moves them to another h. */
export function rotatedPanels(weightsParent, regressionParent, picture, options) {
  const { points, h } = picture;
  const n = points.n;
  const at = (array, frame, i) => array[frame * n + i];
  let circles = { weights: [], regression: [] };
  let parts = {};
  let frame = 0;
  let chosen = -1;
  const words = html("p", "hover", "", regressionParent);

  const choose = (i) => {
    for (const set of Object.values(circles)) {
      if (chosen >= 0) set[chosen]?.classList.remove("chosen");
      if (i >= 0) set[i]?.classList.add("chosen");
    }
    chosen = i;
    describe();
  };
  const describe = () => {
    if (chosen < 0) {
      words.textContent = points.hint;
      return;
    }
    const weight = at(points.weights, frame, chosen);
    words.textContent =
      `Eigen-direction ${n - chosen} of ${n}: λ = ${short(points.values[chosen])}, weight ` +
      `${short(weight)}. ${points.loadings[chosen]}`;
  };
  const cloud = (svg, name) => {
    const group = make("g", { class: "points" }, svg);
    circles[name] = [];
    for (let i = 0; i < n; i++) circles[name].push(make("circle", { "data-i": i }, group));
    svg.addEventListener("pointermove", (event) => {
      const i = nearest(name, svg, event);
      if (i !== chosen) choose(i);
    });
    svg.addEventListener("pointerleave", () => choose(-1));
  };
  const nearest = (name, svg, event) => {
    const frameBox = svg.getBoundingClientRect();
    const [px, py] = [event.clientX - frameBox.left, event.clientY - frameBox.top];
    let best = -1;
    let closest = 18 ** 2;
    for (let i = 0; i < n; i++) {
      const { cx, cy } = circles[name][i];
      const gap = (cx.baseVal.value - px) ** 2 + (cy.baseVal.value - py) ** 2;
      if (gap < closest) [best, closest] = [i, gap];
    }
    return best;
  };

  const drawWeights = (width) => {
    const { size } = options;
    const height = options.height;
    const box = { left: 4.4 * size, top: 10, right: width - 12, bottom: height - 3.1 * size };
    const svg = set(parts.weightsSvg ?? make("svg", { role: "img" }, weightsParent), { width, height });
    svg.replaceChildren();
    const { values: v, weights: w } = points.axes;
    const x = scale(v.lo, v.hi, box.left, box.right, v.log);
    const y = scale(w.lo, w.hi, box.bottom, box.top, true);
    axes(svg, box, x, y, { size, xTitle: points.valuesTitle, yTitle: "weight w = 1/d" });
    make("line", { class: "reference", x1: box.left, x2: box.right, y1: y(1), y2: y(1) }, svg);
    if (width >= 300) make("text", { class: "note", x: box.left + 6, y: y(1) + size + 2, "font-size": size - 1, text: "ordinary least squares: w = 1" }, svg);
    parts = { ...parts, weightsSvg: svg, x, y };
    cloud(svg, "weights");
  };
  const drawRegression = (width) => {
    const { size, height } = options;
    const box = { left: 4.8 * size, top: 10, right: width - 12, bottom: height - 3.1 * size };
    const svg = set(parts.regressionSvg ?? make("svg", { role: "img" }, null), { width, height });
    if (!svg.isConnected) regressionParent.insertBefore(svg, words);
    svg.replaceChildren();
    const { x: xAxis, y: yAxis } = points.axes;
    const rx = scale(xAxis.lo, xAxis.hi, box.left, box.right);
    const ry = scale(yAxis.lo, yAxis.hi, box.bottom, box.top);
    axes(svg, box, rx, ry, { size, xTitle: points.xTitle, yTitle: points.yTitle });
    const clip = `clip-${Math.random().toString(36).slice(2)}`;
    make("rect", { x: box.left, y: box.top, width: box.right - box.left, height: box.bottom - box.top }, make("clipPath", { id: clip }, svg));
    const squares = make("path", { class: "squares", "clip-path": `url(#${clip})` }, svg);
    cloud(svg, "regression");
    const fitted = make("line", { class: "fitted", "clip-path": `url(#${clip})` }, svg);
    parts = { ...parts, regressionSvg: svg, rx, ry, fitted, squares, box };
  };
  const resize = () => {
    drawWeights(Math.max(220, weightsParent.clientWidth));
    drawRegression(Math.max(220, regressionParent.clientWidth));
    show(frame);
  };
  const show = (next) => {
    frame = next;
    const { x, y, rx, ry, fitted, squares } = parts;
    const shown = points.drawn[frame];
    // The ink of all marks together is the same at every h: weights share it out.
    const ink = (options.ink ?? 9000) / points.weightSum[frame];
    const wLow = y.domain[0];
    const wHigh = y.domain[1];
    for (let i = 0; i < n; i++) {
      const weight = at(points.weights, frame, i);
      const finite = Number.isFinite(weight);
      const r = finite ? Math.min(Math.max(Math.sqrt((weight * ink) / Math.PI), 1.4), 26) : 0;
      const drawable = finite && weight <= wHigh && !(x.log && !(points.values[i] > 0));
      const dot = circles.weights[i];
      dot.setAttribute("r", drawable ? r : 0);
      if (drawable) {
        dot.setAttribute("cx", x(points.values[i]).toFixed(2));
        dot.setAttribute("cy", y(Math.max(weight, wLow)).toFixed(2));
      }
      const ring = circles.regression[i];
      ring.setAttribute("r", shown ? r : 0);
      if (shown) {
        ring.setAttribute("cx", rx(at(points.x, frame, i)).toFixed(2));
        ring.setAttribute("cy", ry(at(points.y, frame, i)).toFixed(2));
      }
    }
    const slope = points.slope[frame];
    const [lo, hi] = rx.domain;
    set(fitted, { x1: rx(lo), x2: rx(hi), y1: ry(slope * lo), y2: ry(slope * hi), visibility: shown ? "visible" : "hidden" });
    squares.setAttribute("d", options.squares && shown ? squarePath(slope) : "");
    parts.weightsSvg.setAttribute("aria-label", points.weightAlts[frame]);
    parts.regressionSvg.setAttribute("aria-label", points.regressionAlts[frame]);
    describe();
  };
  // The area of a square is its term of Σ w·residual², in the picture's own units.
  const squarePath = (slope) => {
    const { rx, ry } = parts;
    let path = "";
    for (let i = 0; i < n; i++) {
      const px = at(points.x, frame, i);
      const fit = ry(slope * px);
      const gap = ry(at(points.y, frame, i)) - fit;
      const side = Math.abs(gap) * Math.sqrt((at(points.weights, frame, i) * n) / points.weightSum[frame]);
      path += `M${rx(px)},${fit}h${side}v${Math.sign(gap) * side}h${-side}Z`;
    }
    return path;
  };
  return { show, resize, squares: (on) => { options.squares = on; show(frame); } };
}

function short(value) {
  return Number.isFinite(value) ? label(Number(value.toPrecision(3))) : "∞";
}
