// Draws from the model: everyone, relatives side by side, and the closest pairs, at any h.

import { draw, mixed, turned } from "../twin/draw.js";
import { hOf } from "./band.js";
import { cloudOf } from "./cloud.js";
import { axes, heading, html, label, laid, legendIn, make, scale, set, ticks } from "./svg.js";

// Between families, in the room of an individual.
const GAP = 1.6;
// A mark of an individual is no larger, and no smaller, than so many px.
const [SMALL_MARK, LARGE_MARK] = [1.5, 5];
const DRAWS_SHEET = `
.both { display: grid; grid-template-columns: minmax(0, 11fr) minmax(0, 9fr); gap: 0.4rem 1.2rem; align-items: start; }
.both.lone { grid-template-columns: minmax(0, 1fr); }
@container (max-width: 470px) { .both { grid-template-columns: minmax(0, 1fr); } }
.kin { fill: var(--st-text-color); opacity: 0.06; } .kin-mean { fill: none; stroke: var(--estimate); stroke-width: 3; stroke-linecap: round; }
.even { stroke: var(--soft); stroke-width: 1.2; stroke-dasharray: 2 4; }
.anew { display: flex; flex-wrap: wrap; align-items: center; gap: 0.6rem; margin-top: 0.3rem; }
.projector .kin-mean { stroke-width: 5; } .projector .hover { display: none; } .projector .answer-line { max-width: none; }
`;

/** The picture; `show(h)` draws the same random numbers at another h. */
export function drawsPanel(parent, picture, options) {
  const { draws } = picture;
  const { starts, pairs, reach, df } = draws;
  const ids = draws.ids.of;
  const count = ids.length;
  const m = pairs.length / 2;
  const y = new Float64Array(count);
  const means = new Float64Array(starts.length - 1);
  let c = Array.from({ length: draws.columns }, (_, k) => Number(k === 0));
  let own = mixed(draws.draw, c);
  let turns = 0;
  let h = 0;
  let chosen = -1;
  let parts = null;

  html("style", "", DRAWS_SHEET, parent);
  const several = starts.length - 1 < count;
  if (several) make("path", { class: "kin-mean", d: "M2,8H20" }, legendIn(parent, 22, 16)("mean of a family"));
  const both = html("div", m ? "both" : "both lone", "", parent);
  const places = [html("div", "", "", both), ...(m ? [html("div", "", "", both)] : [])];
  heading(several ? "Everyone, family by family" : "Everyone, relatives side by side", places[0]);
  const svgs = places.map(() => make("svg", { role: "img" }));
  const clouds = [cloudOf(places[0], svgs[0], count, (i) => { chosen = i; clouds[0].draw(i); point(); })];
  if (m) {
    heading(`${m < draws.many ? `${m.toLocaleString("en")} of the ` : "The "}${draws.many.toLocaleString("en")} closest ${draws.many === 1 ? "pair" : "pairs"}`, places[1]);
    clouds.push(cloudOf(places[1], svgs[1], m, () => {}));
  }
  const row = html("div", "stepper anew", "", parent);
  const button = html("button", "", "New numbers", row);
  const words = html("p", "answer-line", "", parent);
  words.setAttribute("aria-live", "polite");
  const hover = html("p", "hover", "", parent);
  button.onclick = () => {
    c = turned(c);
    own = mixed(draws.draw, c);
    turns += 1;
    show(h);
  };

  const resize = () => {
    const { size, height } = options;
    const everyone = laid(svgs[0], places[0], 240, height, { left: 3.4 * size, top: 8, right: 8, bottom: 1.9 * size });
    const { box } = everyone;
    const up = scale(-reach, reach, box.bottom, box.top);
    axes(svgs[0], box, scale(0, 1, box.left, box.right), up, { size, xTicks: [], yTitle: `${draws.trait}, drawn`, grid: "y" });
    make("text", { class: "title", x: (box.left + box.right) / 2, y: box.bottom + 1.4 * size, "text-anchor": "middle", "font-size": size, text: along(draws, several) }, svgs[0]);
    const { place, step } = rowOf(starts, box);
    for (let f = 0; f + 1 < starts.length; f++) {
      if (starts[f + 1] - starts[f] < 2) continue;
      const left = place[starts[f]] - 0.5 * step - 0.4;
      make("rect", { class: "kin", x: left, width: place[starts[f + 1] - 1] + 0.5 * step + 0.4 - left, y: box.top, height: box.bottom - box.top }, svgs[0]);
    }
    make("line", { class: "zero", x1: box.left, x2: box.right, y1: up(0), y2: up(0) }, svgs[0]);
    parts = { up, box, place, step, means: make("path", { class: "kin-mean" }, svgs[0]) };
    clouds[0].resize(everyone.width, height);
    clouds[0].x.set(place);
    clouds[0].r.fill(Math.min(Math.max(0.45 * step, SMALL_MARK), LARGE_MARK) * (size / 13));
    if (m) square();
    show(h);
  };
  /** The axes of the pairs, as long up as across. */
  const square = () => {
    const { size, height } = options;
    const side = Math.min(Math.max(places[1].clientWidth, 200), height + 1.4 * size);
    set(svgs[1], { width: side, height: side });
    svgs[1].replaceChildren();
    const box = { left: 3.4 * size, top: 8, right: side - 8, bottom: side - 3.1 * size };
    const x = scale(-reach, reach, box.left, box.right);
    const up = scale(-reach, reach, box.bottom, box.top);
    axes(svgs[1], box, x, up, { size, xTitle: "one of a pair", yTitle: "the other", xTicks: ticks(-reach, reach, 4), yTicks: ticks(-reach, reach, 4) });
    make("line", { class: "even", x1: x(-reach), y1: up(-reach), x2: x(reach), y2: up(reach) }, svgs[1]);
    Object.assign(parts, { x, across: up, square: box });
    clouds[1].resize(side, side);
    clouds[1].r.fill((m > 300 ? 2.2 : 3) * (size / 13));
  };
  const show = (next) => {
    h = next;
    if (!parts) return;
    draw(draws.draw, own, h, y);
    const { up, box, place, step } = parts;
    const inside = (at, { top, bottom }) => Math.min(Math.max(at, top), bottom);
    for (let i = 0; i < count; i++) clouds[0].y[i] = inside(up(y[i]), box);
    let lines = "";
    for (let f = 0; f + 1 < starts.length; f++) {
      let sum = 0;
      for (let i = starts[f]; i < starts[f + 1]; i++) sum += y[i];
      means[f] = sum / (starts[f + 1] - starts[f]);
      if (starts[f + 1] - starts[f] > 1) lines += `M${(place[starts[f]] - 0.4 * step).toFixed(1)},${up(means[f]).toFixed(1)}H${(place[starts[f + 1] - 1] + 0.4 * step).toFixed(1)}`;
    }
    set(parts.means, { d: lines });
    if (m) {
      const { x, across, square: frame } = parts;
      for (let k = 0; k < m; k++) {
        clouds[1].x[k] = Math.min(Math.max(x(y[pairs[k]]), frame.left), frame.right);
        clouds[1].y[k] = inside(across(y[pairs[m + k]]), frame);
      }
    }
    for (const cloud of clouds) cloud.draw();
    const said = drawsWords(h, likeness(y, pairs, df), m);
    words.textContent = said;
    const which = turns ? ` Draw ${turns + 1}.` : "";
    set(svgs[0], { "aria-label": `${count.toLocaleString("en")} drawn values, ${several ? "family by family" : "relatives side by side"}.${which} ${said}` });
    if (m) set(svgs[1], { "aria-label": `The drawn values of ${m.toLocaleString("en")} close pairs, one across and the other up.${which} ${said}` });
    point();
  };
  const point = () => {
    hover.textContent = chosen < 0 ? "Point at an individual to read its number." : `${ids[chosen]}, ${kin(chosen)}: ${threeDigits(y[chosen])}.`;
  };
  const kin = (i) => {
    let f = 0;
    while (starts[f + 1] <= i) f++;
    const size = starts[f + 1] - starts[f];
    return size < 2 ? "without close relatives here" : `in a family of ${size}`;
  };
  const take = () => ({
    name: "draws",
    title: `A draw from the model at h = ${hOf(h)}`,
    svg: clouds.map((cloud, k) => ({ svg: cloud.taken(), head: places[k].querySelector(".heading").textContent, alt: svgs[k].getAttribute("aria-label") })),
    table: {
      caption: svgs[0].getAttribute("aria-label"),
      head: ["individual", "drawn value"],
      rows: Array.from(y, (one, i) => [ids[i], one]),
    },
  });
  const follow = () => clouds.forEach((cloud) => cloud.follow());
  return { show, resize, follow, place: parent, take };
}

/** r of the pairs, and the standard deviation of all. */
export function likeness(y, pairs, df) {
  let square = 0;
  for (let i = 0; i < y.length; i++) square += y[i] ** 2;
  const m = pairs.length / 2;
  let product = 0;
  for (let k = 0; k < m; k++) product += y[pairs[k]] * y[pairs[m + k]];
  return { r: product / m / (square / df), spread: Math.sqrt(square / df) };
}

/** What the picture says at an h. */
export function drawsWords(h, { r, spread }, m) {
  const alike = m && Number.isFinite(r) ? `r of the closest pairs is ${(Math.abs(r) < 0.005 ? 0 : r).toFixed(2).replace("-", "−")}, ` : "";
  return `h = ${hOf(h)}: ${alike}${alike ? "the" : "The"} standard deviation of all is ${threeDigits(spread)}.`;
}

const threeDigits = (value) => label(Number(value.toPrecision(3)));

/** Where each individual stands, and how far they are apart: families of several have a gap after them. */
function rowOf(starts, { left, right }) {
  const families = starts.length - 1;
  const count = starts[families];
  let gaps = 0;
  for (let f = 0; f < families; f++) gaps += Number(starts[f + 1] - starts[f] > 1);
  const gap = Math.min(GAP, (0.3 * count) / Math.max(gaps, 1));
  const step = (right - left) / (count + gap * gaps);
  const place = new Float32Array(count);
  let x = left;
  for (let f = 0; f < families; f++) {
    const more = starts[f + 1] - starts[f] > 1 ? gap : 0;
    for (let i = starts[f]; i < starts[f + 1]; i++) place[i] = x + step * (i - starts[f] + 0.5 + 0.5 * more);
    x += step * (starts[f + 1] - starts[f] + more);
  }
  return { place, step };
}

/** What stands along the axis. */
function along({ starts, ids, unit, units }, several) {
  let families = 0;
  for (let f = 0; f + 1 < starts.length; f++) families += Number(starts[f + 1] - starts[f] > 1);
  const many = ids.of.length;
  const who = `${many.toLocaleString("en")} ${many === 1 ? unit : units}`;
  return several ? `${who}, ${families} ${families === 1 ? "family" : "families"}` : who;
}
