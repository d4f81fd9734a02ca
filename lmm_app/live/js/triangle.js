// Two kinships: the log-likelihood over both shares as ground with contours, its top, the search's
// way, and both shares in the hand. Sent by a page that shows it, not with every page.

import { axes, html, legendIn, make, mark, scale, set } from "./svg.js";

// Cells along a side for contours and for the tint between them.
const [FINE_CELLS, COARSE_CELLS] = [90, 60];
// Lines that are as close as this are one for the eye.
const LINES_APART = 0.02;
// After so long without a movement, in ms, Python is asked for the number itself.
const ASKED_AFTER = 350;
const OF_SHARES = `
.triangle { display: grid; gap: 0.4rem 2.2rem; grid-template-columns: minmax(0, 1fr); align-items: start; container-type: normal; }
.board[data-board="shares"] { grid-template-columns: minmax(0, 1fr); }
.board:not(.narrow) .triangle { grid-template-columns: minmax(0, 1.35fr) minmax(15rem, 1fr); }
.triangle .legend { flex-direction: column; margin-bottom: 0.8rem; }
.triangle .beyond { fill: var(--st-background-color); }
.triangle svg { touch-action: none; cursor: crosshair; user-select: none; }
.triangle .ground path { fill: var(--tint); stroke: none; shape-rendering: crispEdges; }
.triangle .contour { fill: none; stroke: var(--st-text-color); stroke-opacity: 0.45; stroke-width: 1; }
.triangle .contour.sure { stroke-opacity: 0.95; stroke-width: 2; }
.triangle .border { fill: none; stroke: var(--soft); stroke-width: 1.2; }
.triangle .computed { stroke: var(--soft); stroke-opacity: 0.35; stroke-width: 1; stroke-dasharray: 2 4; }
.triangle .way { fill: none; stroke: var(--guess); stroke-width: 2; }
.triangle .tried { fill: var(--guess); stroke: var(--edge); } .triangle .tried.now { stroke: var(--st-text-color); stroke-width: 2.5; }
.triangle .best { fill: var(--estimate); stroke: var(--edge); }
.triangle .alone { fill: var(--edge); stroke: var(--estimate); stroke-width: 2.5; }
.triangle .at line { stroke: var(--st-text-color); stroke-dasharray: 4 3; }
.triangle .at circle { fill: var(--edge); stroke: var(--st-text-color); stroke-width: 2.5; }
.triangle .shares { display: grid; grid-template-columns: max-content 1fr max-content; gap: 0.1rem 0.8rem; align-items: center; margin-top: 0.4rem; }
.triangle .shares output { font-variant-numeric: tabular-nums; font-weight: 600; min-width: 3rem; }
.triangle .found { font-variant-numeric: tabular-nums; min-height: 2.9em; }
`;

/**
 * The panel of `picture.triangle`: {method, names, rho, h, ground, lines, ridge, heights, levels,
 * tops, steps, top, alone, alt}. `moving.shares` is where the hand is at first, `moving.exact`, of
 * any later message, {at, words}; `drawn.pick([h1, h2])` asks Python for it.
 */
export function trianglePanel(parent, picture, options, moving, drawn) {
  const part = picture.triangle;
  const [m, k] = [part.rho.length, part.h.length];
  html("style", "", OF_SHARES, parent);
  let at = [...moving.shares];
  let exact = moving.exact;
  let timer = null;
  let parts = null;
  let step = 0;
  const svg = make("svg", { role: "img", "aria-label": part.alt }, html("div", "", "", parent));
  const beside = html("div", "", "", parent);
  sharesLegend(beside, part);

  /** The height at both shares below the top, between the lines by interpolation. */
  const heightAt = (first, second) => {
    const h = Math.min(first + second, 1);
    const rho = h > 0 ? first / h : 0.5;
    const [i, j] = [Math.min(Math.floor(rho * (m - 1)), m - 2), Math.min(Math.floor(h * (k - 1)), k - 2)];
    const [u, v] = [rho * (m - 1) - i, h * (k - 1) - j];
    const of = (a, b) => part.ground[(i + a) * k + j + b];
    return (1 - u) * ((1 - v) * of(0, 0) + v * of(0, 1)) + u * ((1 - v) * of(1, 0) + v * of(1, 1));
  };

  const resize = () => {
    const { size } = options;
    const width = Math.max(240, svg.parentElement.clientWidth);
    const margin = { left: 4.6 * size, top: 0.8 * size, right: 1.2 * size };
    const side = Math.min(width - margin.left - margin.right, options.height);
    const below = { top: margin.top + side + 3.4 * size, height: 7 * size };
    set(svg, { width, height: below.top + below.height + 3.2 * size });
    svg.replaceChildren();
    const box = { left: margin.left, top: margin.top, right: margin.left + side, bottom: margin.top + side };
    const x = scale(0, 1, box.left, box.right);
    const y = scale(0, 1, box.bottom, box.top);
    const few = side < 330 ? [0, 0.5, 1] : [0, 0.2, 0.4, 0.6, 0.8, 1];
    axes(svg, box, x, y, { size, xTicks: few, yTicks: few, xTitle: part.titles[0], yTitle: part.titles[1], });
    make("path", { class: "beyond", d: `M${x(1) + 2},${y(1) - 2}H${x(0)}L${x(1) + 2},${y(0)}Z` }, svg);
    tint(svg, part, heightAt, x, y);
    contours(svg, part, heightAt, x, y);
    for (const rho of part.lines.filter((one, i) => !i || one - part.lines[i - 1] > LINES_APART)) make("line", { class: "computed", x1: x(0), y1: y(0), x2: x(rho), y2: y(1 - rho) }, svg);
    make("path", { class: "border", d: `M${x(0)},${y(0)}V${y(1)}L${x(1)},${y(0)}` }, svg);
    make("path", { class: `curve main ${part.method}`, d: `M${x(0)},${y(0)}H${x(1)}` }, svg);
    const middle = [x(0.5) + 0.8 * size, y(0.5) - 0.8 * size];
    make("text", { class: "note", "font-size": size, "text-anchor": "middle", text: "no residual", transform: `translate(${middle}) rotate(45)` }, svg);
    const way = make("g", {}, svg);
    markAt(svg, "alone", x(part.alone[0]), y(part.alone[1]), 0.42 * size, "point");
    markAt(svg, "best", x(part.top[0]), y(part.top[1]), 0.75 * size, "answer");
    const edge = profileBelow(svg, part, x, below, size);
    const hand = make("g", { class: "at" }, svg);
    for (let i = 0; i < 3; i++) make("line", {}, hand);
    make("circle", { r: 0.55 * size }, hand);
    parts = { x, y, box, way, edge, hand };
    walk(step);
    show();
  };

  const show = () => {
    if (!parts) return;
    const { x, y, edge, hand } = parts;
    const [px, py] = [x(at[0]), y(at[1])];
    set(hand.children[0], { x1: px, y1: py, x2: px, y2: y(0) });
    set(hand.children[1], { x1: x(0), y1: py, x2: px, y2: py });
    set(hand.children[2], { x1: px, y1: edge.top, x2: px, y2: edge.bottom });
    set(hand.children[3], { cx: px, cy: py });
    const known = exact && sameShares(exact.at, at);
    const gap = -heightAt(...at);
    const sums = [...part.names, "residual"].map((name, i) => `${name} ${[...at, 1 - at[0] - at[1]][i].toFixed(2).replace("-0.00", "0.00")}`);
    const about = gap >= part.depth - 1e-6 ? `more than ${part.depth} below the top` : `about ${gap.toFixed(2)} below the top`;
    words.textContent = `${sums.join(" + ")} = 1: ${known ? exact.words : `${about}, between the computed lines.`}`;
    sliders.forEach(({ input, told }, i) => {
      input.value = at[i];
      told.textContent = at[i].toFixed(2);
      input.setAttribute("aria-valuetext", `${part.names[i]}: ${at[i].toFixed(2)}`);
    });
  };

  /** Put the hand there, and ask for the number itself once it rests. */
  const put = (first, second) => {
    const one = Math.min(Math.max(first, 0), 1);
    const other = Math.min(Math.max(second, 0), 1);
    const over = Math.max(one + other - 1, 0) / 2;
    at = [Math.min(Math.max(one - over, 0), 1), Math.min(Math.max(other - over, 0), 1)];
    show();
    clearTimeout(timer);
    timer = setTimeout(() => drawn.pick?.(at.map((share) => Math.round(share * 1000) / 1000)), ASKED_AFTER);
  };
  svg.onpointerdown = (event) => {
    if (event.button) return;
    event.preventDefault();
    const follow = (next) => {
      const frame = svg.getBoundingClientRect();
      put(parts.x.invert(next.clientX - frame.left), parts.y.invert(next.clientY - frame.top));
    };
    svg.setPointerCapture(event.pointerId);
    follow(event);
    svg.onpointermove = follow;
    svg.onpointerup = svg.onpointercancel = () => (svg.onpointermove = null);
  };

  const rows = html("div", "shares", "", beside);
  const sliders = part.names.map((name, i) => {
    html("span", "", part.titles[i], rows);
    const input = html("input", "h", "", rows);
    Object.assign(input, { type: "range", min: 0, max: 1, step: 0.01 });
    input.setAttribute("aria-label", `share of ${name}`);
    input.oninput = () => {
      const own = Number(input.value);
      // The other one makes room.
      const rest = Math.min(at[1 - i], 1 - own);
      put(...(i ? [rest, own] : [own, rest]));
    };
    return { input, told: html("output", "", "", rows) };
  });
  const words = html("p", "found", "", beside);
  words.setAttribute("aria-live", "polite");

  /** The search as far as a step; 0 for none of it. */
  const walk = (next) => {
    step = next;
    const { x, y, way } = parts;
    way.replaceChildren();
    const tried = part.steps.slice(0, step);
    const place = ({ rho, h }) => [x(h * rho), y(h * (1 - rho))];
    if (tried.length > 1) make("path", { class: "way", d: `M${tried.map(place).join("L")}` }, way);
    tried.forEach((one, i) => make("path", { class: `tried ${i + 1 === step ? "now" : ""}`, d: mark(one.kind, ...place(one), 0.38 * options.size) }, way));
    if (walked) walked.textContent = step ? part.steps[step - 1].words : "Drag: the search over ρ, step by step.";
  };
  let walked = null;
  if (part.steps.length) {
    const steps = html("div", "shares", "", beside);
    html("span", "", "The search", steps);
    const input = html("input", "h", "", steps);
    Object.assign(input, { type: "range", min: 0, max: part.steps.length, step: 1, value: 0 });
    input.setAttribute("aria-label", "steps of the search");
    const told = html("output", "", "0", steps);
    walked = html("p", "note", "", beside);
    input.oninput = () => {
      told.textContent = input.value;
      walk(Number(input.value));
    };
  }

  const follow = (next) => {
    exact = next.exact ?? exact;
    show();
  };
  const take = () => ({
    name: "both shares",
    title: `The log-likelihood over both shares: ${part.names.join(" and ")}`,
    svg,
    legend: parent.querySelector(".legend"),
    table: {
      caption: `${part.alt} The highest point on each computed line.`,
      head: ["part of the first among both", part.titles[0], part.titles[1], "log-likelihood"],
      rows: Array.from(part.lines, (rho, i) => [rho, part.ridge[i] * rho, part.ridge[i] * (1 - rho), part.heights[i]]),
    },
  });
  return { show, resize, follow, place: parent, take };
}

const sameShares = (one, other) => Math.abs(one[0] - other[0]) < 6e-4 && Math.abs(one[1] - other[1]) < 6e-4;

function markAt(svg, look, x, y, r, kind) {
  make("path", { class: look, d: mark(kind, x, y, r) }, svg);
}

/** Every small triangle of the ground: [corner, corner, corner], each {x, y, z}. */
function* smallTriangles(cells, heightAt) {
  const node = (i, j) => ({ x: i / cells, y: j / cells, z: heightAt(i / cells, j / cells) });
  for (let i = 0; i < cells; i++)
    for (let j = 0; i + j < cells; j++) {
      const [a, b] = [node(i + 1, j), node(i, j + 1)];
      yield [node(i, j), a, b];
      if (i + j + 2 <= cells) yield [a, node(i + 1, j + 1), b];
    }
}

/** Tints: the nearer to the top, the darker. */
function tint(svg, part, heightAt, x, y) {
  const bands = part.levels.map(() => "");
  for (const [a, b, c] of smallTriangles(COARSE_CELLS, heightAt)) {
    const gap = -(a.z + b.z + c.z) / 3;
    const band = part.levels.findIndex((level) => gap <= level);
    if (band < 0) continue;
    const at = (one) => `${x(one.x).toFixed(1)},${y(one.y).toFixed(1)}`;
    bands[band] += `M${at(a)}L${at(b)}L${at(c)}Z`;
  }
  const group = make("g", { class: "ground", style: `--tint: var(--${part.method.toLowerCase()})` }, svg);
  bands.forEach((d, i) => make("path", { d, "fill-opacity": (0.55 * (bands.length - i)) / bands.length }, group));
}

/** Contours: where a level crosses the sides of the small triangles. */
function contours(svg, part, heightAt, x, y) {
  const paths = part.levels.map(() => "");
  for (const corners of smallTriangles(FINE_CELLS, heightAt))
    part.levels.forEach((level, i) => {
      const ends = [];
      for (let s = 0; s < 3; s++) {
        const [a, b] = [corners[s], corners[(s + 1) % 3]];
        if (a.z >= -level === b.z >= -level) continue;
        const way = (-level - a.z) / (b.z - a.z);
        ends.push(`${x(a.x + way * (b.x - a.x)).toFixed(1)},${y(a.y + way * (b.y - a.y)).toFixed(1)}`);
      }
      if (ends.length === 2) paths[i] += `M${ends.join("L")}`;
    });
  paths.forEach((d, i) => make("path", { class: `contour ${part.levels[i] === part.sure ? "sure" : ""}`, d }, svg));
}

/** Under the lower edge the profile along it: that of the first kinship alone. */
function profileBelow(svg, part, x, { top, height }, size) {
  const k = part.h.length;
  const edge = part.ground.subarray((part.rho.length - 1) * k);
  const best = Math.max(...edge);
  const low = Math.max(best - 8, -part.depth);
  const box = { left: x(0), top, right: x(1), bottom: top + height };
  const y = scale(low, best + 0.6, box.bottom, box.top);
  axes(svg, box, x, y, { size, xTicks: [], yTicks: [Math.ceil(low), Math.floor(best)], grid: "y", xTitle: `the lower edge: ${part.names[0]} alone, below the top` });
  const shown = Array.from(part.h, (h, j) => [h, edge[j]]).filter(([, z]) => z >= low);
  make("path", { class: `curve main ${part.method}`, d: `M${shown.map(([h, z]) => [x(h), y(z)]).join("L")}` }, svg);
  markAt(svg, "alone", x(part.alone[0]), y(best), 0.42 * size, "point");
  return box;
}

/** Which mark means what. */
function sharesLegend(parent, part) {
  const entry = legendIn(parent, 28, 16);
  make("path", { class: "best", d: mark("answer", 14, 8, 6) }, entry("the top"));
  make("path", { class: "alone", d: mark("point", 14, 8, 5) }, entry(`the top with ${part.names[0]} alone`));
  make("path", { class: "contour sure", d: "M0,8H28" }, entry(part.sureWords));
  make("path", { class: "contour", d: "M0,8H28" }, entry(part.levelWords));
  make("line", { class: "computed", x1: 0, x2: 28, y1: 8, y2: 8 }, entry("computed; between these lines interpolated"));
}
