// A class: its guesses as dots, then every estimate over the distribution of the estimate, with the
// intervals below. A dot that has come since the picture was last drawn falls into its place.

import { axes, legendIn, make, scale, set, ticks } from "./svg.js";

// In ms: how long a dot falls, and over what time all of them begin.
const FALLING = 800;
const ONE_BY_ONE = 2400;
// When each dot of a class was first seen, by the group of its boards and by the number of the seat.
const fallen = new Map();

/** The picture of `room`, of guesses or of estimates; `group` tells one class from another. */
export function roomPanel(parent, room, options, group) {
  const kind = kindOf(room);
  let times = timesOf(`${group} ${kind}`, room.numbers);
  let svg = null;
  if (kind === "estimates") roomLegend(parent, room);

  const resize = () => {
    const { size, height } = options;
    const width = Math.max(260, parent.clientWidth);
    svg ??= make("svg", { role: "img" }, parent);
    set(svg, { width, height, "aria-label": room.alt });
    svg.replaceChildren();
    const now = performance.now();
    const draw = kind === "guesses" ? drawGuesses : drawEstimates;
    // What has fallen already is where it is; what is falling goes on from there.
    draw(svg, room, { size, width, height }, (mark, i, look, drop = 0) => {
      const begins = times(i) - now;
      if (begins + FALLING < 0) return;
      mark.classList.add(look);
      mark.style.setProperty("--drop", `${-drop.toFixed(0)}px`);
      mark.style.animationDelay = `${begins.toFixed(0)}ms`;
    });
  };
  // More of the same class come in: what is open at the picture stays open.
  const renew = (next) => {
    if (kindOf(next) !== kind) return false;
    room = next;
    times = timesOf(`${group} ${kind}`, room.numbers);
    resize();
    return true;
  };
  return { resize, renew, show: () => {}, place: parent, take: () => ({ ...roomTable(room, kind), svg, legend: parent.querySelector(".legend") }) };
}

const kindOf = (room) => (room.h2 ? "estimates" : "guesses");

/** When each dot begins to fall: those that are new, one after the other. */
function timesOf(group, numbers) {
  if (!fallen.has(group)) fallen.set(group, new Map());
  const known = fallen.get(group);
  const fresh = [...numbers].filter((number) => !known.has(number)).sort((a, b) => a - b);
  const now = performance.now();
  const apart = Math.min(150, ONE_BY_ONE / Math.max(fresh.length, 1));
  fresh.forEach((number, k) => known.set(number, now + k * apart));
  return (i) => known.get(numbers[i]);
}

function drawGuesses(svg, room, { size, width, height }, begin) {
  const box = { left: 3.6 * size, top: 0.8 * size, right: width - 8, bottom: height - 3.2 * size };
  const columns = Math.round(1 / room.step) + 1;
  const wide = (box.right - box.left) / columns;
  const x = scale(0, 1, box.left + wide / 2, box.right - wide / 2);
  const place = [...room.guesses].map((guess) => Math.round(guess / room.step));
  const y = scale(0, Math.max(5, 1.1 * tallest(place)), box.bottom, box.top);
  roomAxes(svg, box, x, y, { size, xTitle: "h, as it was guessed", few: width < 520 });
  stack(svg, place, (k) => x(k * room.step), y, { top: box.top, wide, size, look: () => "guessed", begin });
}

function drawEstimates(svg, room, { size, width, height }, begin) {
  const few = width < 520;
  const well = few ? 2.7 * size : 4.2 * size;
  const lines = 0.46 * (height - 5.6 * size);
  const box = { left: 3.6 * size, top: size + 10, right: width - 8, bottom: height - lines - 3.4 * size };
  // The lines of the intervals stand below the axis.
  const from = box.bottom + 3.2 * size;
  const bars = room.expected.bars.length;
  const x = scale(0, 1, box.left + (room.zero ? well : 0.5 * size), box.right - (room.one ? well : 0.5 * size));
  const at = [...room.h2].map((h) => (room.zero && h === 0 ? -1 : room.one && h === 1 ? bars : Math.min(bars - 1, Math.floor(h * bars))));
  const expected = Math.max(...room.expected.bars, room.zero ? room.expected.zero : 0, room.one ? room.expected.one : 0);
  const y = scale(0, Math.max(4, 1.08 * Math.max(tallest(at), expected)), box.bottom, box.top);
  roomAxes(svg, box, x, y, { size, xTitle: "ĥ, the estimate of each student", few, inside: room.zero || room.one });
  const wells = [];
  if (room.zero) wells.push({ k: -1, left: box.left, words: "at 0", count: room.expected.zero });
  if (room.one) wells.push({ k: bars, left: x(1), words: "at 1", count: room.expected.one });
  const theory = make("g", { class: "theory" }, svg);
  for (const { left, words, count } of wells) {
    // The lines of the axis of the bars end here: what is exactly at an end has no width.
    make("rect", { class: "end", x: left, y: box.top - 2, width: well, height: box.bottom - box.top + 2 }, theory);
    make("rect", { class: `samples ${room.method}`, x: left + 0.3 * well, y: y(count), width: 0.4 * well, height: box.bottom - y(count) }, theory);
    make("text", { x: left + well / 2, y: box.bottom + size + 3, "text-anchor": "middle", "font-size": size - 1, text: words }, theory);
  }
  const outline = [...room.expected.bars].map((count, k) => `L${x(k / bars)},${y(count)}L${x((k + 1) / bars)},${y(count)}`).join("");
  make("path", { class: `samples ${room.method}`, d: `M${x(0)},${box.bottom}${outline}L${x(1)},${box.bottom}Z` }, theory);
  const centre = (k) => (k < 0 ? box.left + well / 2 : k === bars ? x(1) + well / 2 : x((k + 0.5) / bars));
  const truth = make("g", {}, svg);
  make("line", { class: "vertical truth", x1: x(room.truth), x2: x(room.truth), y1: box.top, y2: box.bottom }, truth);
  const name = make("text", { class: "note truth", y: size, "font-size": size, "text-anchor": "middle", text: room.truth_words }, truth);
  const half = (name.getComputedTextLength() || 0.5 * size * room.truth_words.length) / 2;
  set(name, { x: Math.max(box.left + half, Math.min(box.right - half, x(room.truth))) });
  stack(svg, at, centre, y, { top: box.top, wide: Math.min((x(1) - x(0)) / bars, wells.length ? 0.4 * well : Infinity), size, look: (i) => (room.missed[i] ? "missed" : "found"), begin });
  roomIntervals(svg, room, x, { from, to: height, size, begin });
  make("line", { class: "vertical truth", x1: x(room.truth), x2: x(room.truth), y1: from, y2: height }, svg);
}

/** A line for each interval, by ĥ; a dot on it where ĥ is. */
function roomIntervals(svg, room, x, { from, to, size, begin }) {
  const group = make("g", { class: "intervals" }, svg);
  const row = Math.min((to - from) / Math.max(room.h2.length, 1), 1.1 * size);
  const thick = Math.max(1, Math.min(0.55 * row, 0.3 * size));
  room.h2.forEach((h, i) => {
    const y = from + (i + 0.5) * row;
    const one = make("g", { class: room.missed[i] ? "missed" : "found" }, group);
    begin(one, i, "appears");
    make("line", { x1: x(room.lower[i]), x2: Math.max(x(room.upper[i]), x(room.lower[i]) + 2), y1: y, y2: y, "stroke-width": room.missed[i] ? 1.5 * thick : thick }, one);
    make("circle", { cx: x(h), cy: y, r: Math.max(1.5, 0.85 * thick) }, one);
  });
}

/** Dots in columns, each on those that came before it; `column[i]` is where the dot i stands. */
function stack(svg, column, centre, y, { top, wide, size, look, begin }) {
  const each = y(0) - y(1);
  const r = Math.min(0.46 * wide, 0.48 * each, 0.75 * size);
  // Of very many in a narrow column each is a brick: a dot would not be seen.
  const brick = each < 0.15 * wide;
  const group = make("g", { class: "dots" }, svg);
  const counts = new Map();
  column.forEach((k, i) => {
    const below = counts.get(k) ?? 0;
    counts.set(k, below + 1);
    const [cx, cy] = [centre(k), y(below + 0.5)];
    const dot = brick
      ? make("rect", { class: look(i), x: (cx - 0.32 * wide).toFixed(2), y: (cy - 0.4 * each).toFixed(2), width: (0.64 * wide).toFixed(2), height: (0.8 * each).toFixed(2) }, group)
      : make("circle", { class: look(i), cx: cx.toFixed(2), cy: cy.toFixed(2), r: r.toFixed(2) }, group);
    begin(dot, i, "falls", cy - top - r);
  });
}

function roomAxes(svg, box, x, y, { size, xTitle, few, inside = false }) {
  const round = few ? [0.25, 0.5, 0.75] : [0, 0.2, 0.4, 0.6, 0.8, 1];
  const back = make("g", { width: box.right, height: box.bottom - box.top }, svg);
  const whole = ticks(...y.domain, 4).filter(Number.isInteger);
  axes(back, box, x, y, { size, xTitle, yTitle: "students", xTicks: inside || few ? round : [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1], yTicks: whole, grid: "y" });
}

const tallest = (column) => Math.max(0, ...column.reduce((counts, k) => counts.set(k, (counts.get(k) ?? 0) + 1), new Map()).values());

function roomTable(room, kind) {
  if (kind === "guesses") {
    const rows = [...room.numbers].map((number, i) => [number, room.guesses[i]]);
    return { name: "guesses of a class", title: "The guesses of a class", table: { caption: room.alt, head: ["student", "guess of h"], rows } };
  }
  const rows = [...room.numbers].map((number, i) => [number, room.guessed[i], room.h2[i], room.lower[i], room.upper[i], room.missed[i] ? "no" : "yes"]);
  const head = ["student", "guess of h", `ĥ, ${room.method}`, "interval from", "to", "contains the true h"];
  return { name: "estimates of a class", title: `The estimates of a class, ${room.truth_words}`, table: { caption: room.alt, head, rows } };
}

/** Which mark means what. */
function roomLegend(parent, room) {
  const mark = legendIn(parent, 28, 15);
  const entry = (words, tag, attributes, look = "") => make(tag, attributes, look ? make("g", { class: look }, mark(words)) : mark(words));
  entry("what theory expects", "rect", { class: `samples ${room.method}`, x: 3, y: 2, width: 22, height: 11 });
  entry("an estimate, its interval contains the true h", "circle", { class: "found", cx: 14, cy: 8, r: 5.5 }, "dots");
  entry("an estimate, its interval misses it", "circle", { class: "missed", cx: 14, cy: 8, r: 5.5 }, "dots");
  entry("95% interval", "line", { x1: 1, x2: 27, y1: 8, y2: 8, "stroke-width": 3 }, "intervals found");
}
