// Shrinkage: from the residual of each individual an arrow to its prediction, family by family.

import { predict } from "../twin/predict.js";
import { hOf } from "./band.js";
import { fitAt } from "./fitted.js";
import { axes, clipTo, html, label, laid, legendIn, make, nearestTo, scale, set } from "./svg.js";

// From one individual to the next at least so much of the size of type, and a gap between families.
const APART = 0.2;
const BETWEEN = 1.6;
// No farther apart than this, in px.
const WIDEST = 34;
const IN_REACH = 22;
const SHEET = `
.resid { fill: var(--st-background-color); stroke: var(--points); stroke-width: 1.4; }
.arrow { fill: none; stroke: var(--points); stroke-width: 1.3; stroke-opacity: 0.55; stroke-linecap: round; }
.pred { fill: var(--reml); stroke: none; } .alone { fill: var(--ml); stroke: none; }
.mean-line { fill: none; stroke: var(--estimate); stroke-width: 3; stroke-linecap: round; }
.family { fill: var(--st-text-color); opacity: 0.05; }
.picked { fill: none; stroke: var(--st-text-color); stroke-width: 2; }
.pager { display: flex; flex-wrap: wrap; align-items: center; gap: 0.5rem; margin-top: 0.3rem; }
.projector .arrow { stroke-width: 2.2; } .projector .mean-line { stroke-width: 5; } .projector .hover { display: none; } .projector .answer-line { max-width: none; }
`;

/** The picture; `show(h)` moves every arrow. */
export function shrinkPanel(parent, picture, options) {
  const { shrink, fit } = picture;
  const { starts, ids, arrows } = shrink;
  const count = shrink.predict.residual.length;
  const at = { residuals: new Float64Array(count), predictions: new Float64Array(count) };
  html("style", "", SHEET, parent);
  keyOf(parent, shrink);
  const svg = make("svg", { role: "img" }, html("div", "body", "", parent));
  const turn = pagerIn(parent, (by) => turned(by));
  const words = html("p", "answer-line", "", parent);
  words.setAttribute("aria-live", "polite");
  const hover = html("p", "hover", "", parent);
  let parts = null;
  let pages = [];
  let page = 0;
  let chosen = -1;
  let h = 0;

  const turned = (by) => {
    page = Math.min(Math.max(page + by, 0), pages.length - 1);
    chosen = -1;
    draw();
  };
  const resize = () => {
    const width = Math.max(240, parent.clientWidth);
    const first = pages[page]?.[0] ?? 0;
    pages = pagesOf(starts, (width - 6 * options.size) / (APART * options.size));
    page = Math.max(0, pages.findIndex(([from, to]) => starts[from] <= first && first < starts[to]));
    draw();
  };
  const draw = () => {
    const { size, height } = options;
    const { box } = laid(svg, parent, 240, height, { left: 4.4 * size, top: 8, right: 10, bottom: 1.9 * size });
    const [from, to] = pages[page];
    const y = scale(shrink.lo, shrink.hi, box.bottom, box.top);
    const { place, step } = standing(starts, from, to, box);
    const none = scale(0, 1, box.left, box.right);
    axes(svg, box, none, y, { size, xTicks: [], yTitle: shrink.axis, grid: "y" });
    make("text", { class: "title", x: (box.left + box.right) / 2, y: box.bottom + 1.4 * size, "text-anchor": "middle", "font-size": size, text: spansOf(starts, from, to) }, svg);
    const body = make("g", { "clip-path": clipTo(svg, box) }, svg);
    for (let f = from; f < to; f++) {
      if (starts[f + 1] - starts[f] < 2) continue;
      const left = place[starts[f]] - 0.5 * step - 1;
      make("rect", { class: "family", x: left, width: place[starts[f + 1] - 1] + 0.5 * step + 1 - left, y: box.top, height: box.bottom - box.top, rx: 3 }, body);
    }
    make("line", { class: "zero", x1: box.left, x2: box.right, y1: y(0), y2: y(0) }, body);
    const path = (name) => make("path", { class: name }, body);
    const r = Math.min(Math.max(0.5 * step, 0.155 * size), 0.34 * size);
    parts = { place, step, y, r, from, to, means: path("mean-line"), arrows: path("arrow"), rings: path("resid"), alone: path("alone"), dots: path("pred"), picked: path("picked") };
    turn(page, pages.length, starts[from], starts[to], count);
    show(h);
  };
  const show = (next) => {
    h = next;
    if (!parts) return;
    predict(shrink.predict, fitAt(fit, h), at);
    const { place, step, y, r, from, to } = parts;
    const { residuals, predictions } = at;
    let [rings, dots, alone, stems, means] = ["", "", "", "", ""];
    for (let f = from; f < to; f++) {
      let [sum, known] = [0, 0];
      for (let i = starts[f]; i < starts[f + 1]; i++) {
        const x = place[i];
        const end = y(predictions[i]);
        if (Number.isNaN(residuals[i])) {
          if (arrows) alone += diamondAt(x, end, 1.35 * r);
          continue;
        }
        sum += residuals[i];
        known += 1;
        const start = y(residuals[i]);
        rings += ringAt(x, start, r);
        if (!arrows) continue;
        stems += arrowTo(x, start, end, r);
        dots += ringAt(x, end, 0.9 * r);
      }
      if (known > 1) means += `M${(place[starts[f]] - 0.4 * step).toFixed(1)},${y(sum / known).toFixed(1)}H${(place[starts[f + 1] - 1] + 0.4 * step).toFixed(1)}`;
    }
    set(parts.rings, { d: rings });
    set(parts.dots, { d: dots });
    set(parts.alone, { d: alone });
    set(parts.arrows, { d: stems });
    set(parts.means, { d: means });
    const said = arrows ? shrinkWords(h, keptOf(at, starts)) : "Each ring is a record, less what the covariates explain. Its prediction comes with the answer.";
    words.textContent = said;
    svg.setAttribute("aria-label", `${count.toLocaleString("en")} individuals, side by side by family${arrows ? ", with an arrow from each residual to its prediction" : ""}. ${said}`);
    point();
  };
  const point = () => {
    set(parts.picked, { d: chosen < 0 ? "" : ringAt(parts.place[chosen], parts.y(arrows ? at.predictions[chosen] : at.residuals[chosen]), 1.9 * parts.r) });
    hover.textContent = chosen < 0 ? "Point at an individual to read its numbers." : told(chosen);
  };
  const told = (i) => {
    const who = ids[i] ?? "This individual";
    const size = familyOf(starts, i);
    const kin = size < 2 ? "without close relatives here" : `in a family of ${size}`;
    if (Number.isNaN(at.residuals[i])) return `${who}, ${kin}: no record, prediction ${inBrief(at.predictions[i])}, from its relatives alone.`;
    return `${who}, ${kin}: residual ${inBrief(at.residuals[i])}${arrows ? `, prediction ${inBrief(at.predictions[i])}` : ""}.`;
  };
  const choose = (i) => {
    if (i === chosen) return;
    chosen = i;
    point();
  };
  svg.addEventListener("pointermove", (event) => {
    const { place, y, from, to } = parts;
    const [first, m] = [starts[from], starts[to] - starts[from]];
    const inside = nearestTo(event, svg, m, IN_REACH, (k) => place[first + k], (k) => y(arrows || Number.isNaN(at.residuals[first + k]) ? at.predictions[first + k] : at.residuals[first + k]));
    choose(inside < 0 || (!arrows && Number.isNaN(at.residuals[first + inside])) ? -1 : first + inside);
  });
  svg.addEventListener("pointerleave", () => choose(-1));
  const take = () => ({
    name: "shrinkage",
    title: "From residual to prediction",
    svg,
    legend: parent.querySelector(".legend"),
    table: {
      caption: svg.getAttribute("aria-label"),
      head: ["individual", "family", "residual", ...(arrows ? ["prediction"] : [])],
      rows: Array.from(at.residuals, (one, i) => [ids[i] ?? `${i + 1}`, placeOf(starts, i) + 1, Number.isNaN(one) ? null : one, ...(arrows ? [at.predictions[i]] : [])]),
    },
  });
  return { show, resize, place: parent, take };
}

/** How much of what lies between families, and of what lies within them, predictions keep. */
export function keptOf({ residuals, predictions }, starts) {
  let [top, below, inner, all] = [0, 0, 0, 0];
  for (let f = 0; f + 1 < starts.length; f++) {
    let [n, r, u] = [0, 0, 0];
    for (let i = starts[f]; i < starts[f + 1]; i++) {
      if (Number.isNaN(residuals[i])) continue;
      n += 1;
      r += residuals[i];
      u += predictions[i];
    }
    if (!n) continue;
    top += (u * r) / n;
    below += r ** 2 / n;
    for (let i = starts[f]; i < starts[f + 1]; i++) {
      if (Number.isNaN(residuals[i])) continue;
      inner += (residuals[i] - r / n) * (predictions[i] - u / n);
      all += (residuals[i] - r / n) ** 2;
    }
  }
  const least = 1e-12 * (below + all);
  return { between: below > least ? top / below : NaN, within: all > least ? inner / all : NaN };
}

/** What the picture says at an h. */
export function shrinkWords(h, { between, within }) {
  const start = `h = ${hOf(h)}: `;
  if (h === 0) return `${start}nothing follows kinship, and every prediction is 0.`;
  const one = Number.isNaN(between) ? within : between;
  if (Number.isNaN(between) || Number.isNaN(within)) return `${start}of the differences between individuals, predictions keep ${inPercent(one)}.`;
  return `${start}of the differences between families, predictions keep ${inPercent(between)}; of those within a family, ${inPercent(within)}.`;
}

const inPercent = (share) => `${(100 * share).toFixed(Math.abs(share) < 0.0995 ? 1 : 0).replace("-", "−")}%`;
const inBrief = (value) => label(Number(value.toPrecision(3)));
/** A circle; its radius is rounded first, or two halves of it would not meet. */
function ringAt(x, y, r) {
  const [one, two] = [r.toFixed(1), (2 * Number(r.toFixed(1))).toFixed(1)];
  return `M${(x - Number(one)).toFixed(1)},${y.toFixed(1)}a${one},${one} 0 1 0 ${two},0a${one},${one} 0 1 0 -${two},0Z`;
}
const diamondAt = (x, y, r) => `M${x.toFixed(1)},${(y - r).toFixed(1)}l${r.toFixed(1)},${r.toFixed(1)}l${(-r).toFixed(1)},${r.toFixed(1)}l${(-r).toFixed(1)},${(-r).toFixed(1)}Z`;

/** A line from the edge of a ring to a prediction, with a head where there is room for one. */
function arrowTo(x, start, end, r) {
  const way = end - start;
  if (Math.abs(way) < 1.5 * r) return "";
  const sign = Math.sign(way);
  const tip = end - 0.8 * sign * r;
  const head = Math.min(1.1 * r, 0.5 * Math.abs(way));
  return `M${x.toFixed(1)},${(start + sign * r).toFixed(1)}V${tip.toFixed(1)}m${(-head).toFixed(1)},${(-sign * head).toFixed(1)}l${head.toFixed(1)},${(sign * head).toFixed(1)}l${head.toFixed(1)},${(-sign * head).toFixed(1)}`;
}

/** Families that are drawn together, [from, to), where so many individuals have room; at least one. */
function pagesOf(starts, room) {
  const pages = [];
  for (let f = 0; f + 1 < starts.length; ) {
    let [to, used] = [f, 0];
    while (to + 1 < starts.length && (to === f || used + slots(starts, to) <= room)) used += slots(starts, to++);
    pages.push([f, to]);
    f = to;
  }
  return pages;
}

/** The room of a family and of the gap after it; those alone stand close to each other. */
function slots(starts, f) {
  const size = starts[f + 1] - starts[f];
  return size < 2 ? 1 : size + BETWEEN;
}

/** Where each individual of these families stands, and how far they are apart. */
function standing(starts, from, to, { left, right }) {
  let used = 0;
  for (let f = from; f < to; f++) used += slots(starts, f);
  const step = Math.min((right - left) / Math.max(used, 1), WIDEST);
  const place = new Float64Array(starts[to]);
  let x = left + 0.5 * (right - left - used * step);
  for (let f = from; f < to; f++) {
    const gap = slots(starts, f) - (starts[f + 1] - starts[f]);
    for (let i = starts[f]; i < starts[f + 1]; i++) place[i] = x + step * (i - starts[f] + 0.5 + 0.5 * gap);
    x += step * slots(starts, f);
  }
  return { place, step };
}

const familiesIn = (starts, from, to) => {
  let several = 0;
  for (let f = from; f < to; f++) several += starts[f + 1] - starts[f] > 1;
  return several;
};

/** What stands along the axis. */
function spansOf(starts, from, to) {
  const families = familiesIn(starts, from, to);
  if (!families) return "individuals";
  const several = families === 1 ? "a family" : `${families} families`;
  return `individuals, ${several} side by side`;
}

function placeOf(starts, i) {
  let f = 0;
  while (starts[f + 1] <= i) f++;
  return f;
}

function familyOf(starts, i) {
  const f = placeOf(starts, i);
  return starts[f + 1] - starts[f];
}

/** Which mark means what. */
function keyOf(parent, { arrows, predict: { residual }, starts }) {
  const entry = legendIn(parent, 22, 16);
  const mark = (words, name, d) => make("path", { class: name, d }, entry(words));
  mark("residual: the record less Xβ̂", "resid", ringAt(11, 8, 4.5));
  if (arrows) mark("prediction û", "pred", ringAt(11, 8, 4));
  if (arrows && residual.some(Number.isNaN)) mark("prediction without a record", "alone", diamondAt(11, 8, 6));
  if (familiesIn(starts, 0, starts.length - 1)) mark("mean residual of a family", "mean-line", "M2,8H20");
}

/** Buttons for what does not fit into one picture; `turn(by)` is told. */
function pagerIn(parent, turn) {
  const place = html("div", "stepper pager", "", parent);
  const back = html("button", "", "‹ Before", place);
  const words = html("span", "", "", place);
  const next = html("button", "", "Next ›", place);
  back.onclick = () => turn(-1);
  next.onclick = () => turn(1);
  return (page, pages, from, to, count) => {
    place.hidden = pages < 2;
    place.style.display = pages < 2 ? "none" : "";
    back.disabled = page === 0;
    next.disabled = page === pages - 1;
    words.textContent = `Individuals ${(from + 1).toLocaleString("en")} to ${to.toLocaleString("en")} of ${count.toLocaleString("en")}; the others move alike.`;
  };
}
