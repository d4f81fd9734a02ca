// The distribution of the estimate under the true h in your hand: bars, both ends, the tail.
// What sits exactly at an end is no bar: a dot on a stem, from 0 to all of the samples.

import { dragged } from "./drag.js";
import { axes, laid, legendIn, line, make, scale, set } from "./svg.js";

/** The picture; `show(frame)` moves the true h, `moved` is told when the picture itself is pressed. */
export function samplingPanel(parent, picture, options, position, moved) {
  const { sampling } = picture;
  const sides = [sampling.main, sampling.other].filter(Boolean);
  const root = parent.closest(".board");
  const clip = `sampling-${Math.random().toString(36).slice(2)}`;
  let parts = null;
  let frame = 0;
  samplingLegend(parent, sampling);
  const svg = make("svg", { role: "img" }, parent);

  const resize = () => {
    const { size, height } = options;
    const strips = sampling.intervals.length;
    // Above the picture each upright line has a row for its words, so that none meet.
    const rows = 1 + (sampling.observed !== null) + (sampling.simulated !== null);
    const row = (k) => size + 2 + k * (size + 4);
    const { width, box } = laid(svg, parent, 260, height, { left: 4.2 * size, top: row(rows - 1) + 0.5 * size + 6, right: 6, bottom: (3.2 + 2 * strips) * size });
    const few = width < 520;
    const well = few ? 2.7 * size : 4.2 * size;
    const x = scale(0, 1, box.left + well, box.right - well);
    root.style.setProperty("--from", `${x(0)}px`);
    root.style.setProperty("--to", `${width - x(1)}px`);
    // It says how large the picture is, by which axes fit their titles.
    const back = make("g", { width, height }, svg);
    // Of a few true h the bars are higher: there the axis grows, and nothing is cut.
    const upTo = (top) => {
      const y = scale(0, top, box.bottom, box.top);
      back.replaceChildren();
      axes(back, box, x, y, { size, xTicks: few ? [0.25, 0.5, 0.75] : [0, 0.2, 0.4, 0.6, 0.8, 1], xTitle: "ĥ, the estimate in a sample", yTitle: sampling.title, grid: "y" });
      return y;
    };
    const clips = make("defs", {}, svg);
    make("rect", { x: x(0), y: box.top, width: x(1) - x(0), height: box.bottom - box.top }, make("clipPath", { id: clip }, clips));
    const tail = make("rect", { y: box.top, height: box.bottom - box.top }, make("clipPath", { id: `${clip}-tail` }, clips));
    const wells = ["zero", "one"].map((end) => wellOf(end, end === "zero" ? box.left : x(1), well, box, size));
    const body = make("g", { "clip-path": `url(#${clip})` }, svg);
    const main = make("path", { class: `samples ${sampling.main.method}` }, body);
    const dark = make("path", { class: `samples far ${sampling.main.method}`, "clip-path": `url(#${clip}-tail)` }, body);
    const other = sampling.other ? make("path", { class: `curve ${sampling.other.method} other` }, body) : null;
    const means = sides.map((side) => make("path", { class: `mean ${side.method}` }, svg));
    if (sampling.simulated !== null) upright(sampling.simulated, "truth", sampling.simulated_words, row(rows - 1), x, box, size);
    const label = sampling.observed !== null ? upright(sampling.observed, "estimate", sampling.observed_words, row(1), x, box, size) : null;
    sampling.intervals.forEach((one, k) => interval(one, k, x, size));
    const here = make("g", { class: "here" }, svg);
    make("line", { y1: box.top, y2: box.bottom }, here);
    make("circle", { r: 0.45 * size, cy: box.top }, here);
    const name = make("text", { class: "note", y: row(0), "font-size": size }, svg);
    parts = { x, upTo, top: null, y: null, box, wells, main, dark, tail, other, means, label, here, name };
    show(frame);
  };

  const upright = (at, kind, words, row, x, box, size) => {
    make("line", { class: `vertical ${kind}`, x1: x(at), x2: x(at), y1: box.top, y2: box.bottom }, svg);
    const text = make("text", { class: `note ${kind}`, y: row, "font-size": size }, svg);
    say(text, x(at), words, x, size);
    return text;
  };

  /** The place of what sits exactly at an end: a dot for each method, its height of all samples. */
  const wellOf = (end, left, width, box, size) => {
    const group = make("g", { class: "well" }, svg);
    const middle = left + width / 2;
    // The lines of the axis of the bars end here.
    make("rect", { x: left, width, y: box.top - 2, height: box.bottom - box.top, style: "fill: var(--st-background-color)" }, group);
    const small = { "text-anchor": "middle", "font-size": size - 2 };
    make("text", { x: middle, y: box.top - 0.4 * size, ...small, text: "100%" }, group);
    const marks = sides.map((side, i) => {
      const at = middle + (sides.length > 1 ? (i ? 0.22 : -0.22) * width : 0);
      make("rect", { class: "room", x: at - 1, width: 2, y: box.top, height: box.bottom - box.top }, group);
      const look = `share ${side.method} ${i ? "other" : ""}`;
      const stem = make("line", { class: look, x1: at, x2: at, y1: box.bottom, style: "stroke-width: 3" }, group);
      return { stem, dot: make("circle", { class: look, cx: at, r: 0.5 * size }, group) };
    });
    const words = make("text", { class: "note", x: middle, "text-anchor": "middle", "font-size": size }, group);
    make("text", { x: middle, y: box.bottom + size + 3, "text-anchor": "middle", "font-size": size - 1, text: end === "zero" ? "at 0" : "at 1" }, group);
    return { end, marks, words };
  };

  const interval = ({ ends: [lower, upper], opacity, words }, k, x, size) => {
    const at = options.height - (1.7 + 2 * (sampling.intervals.length - 1 - k)) * size;
    const group = make("g", {}, svg);
    make("rect", { class: "held", style: `opacity: ${opacity}`, x: x(lower), width: Math.max(x(upper) - x(lower), 2), y: at, height: 1.5 * size, rx: 3 }, group);
    const wide = x(upper) - x(lower) > 0.62 * size * words.length;
    const left = lower > 1 - upper;
    make("text", {
      class: "note", "font-size": size, y: at + 1.1 * size, text: words,
      x: wide ? x((lower + upper) / 2) : left ? x(lower) - 6 : x(upper) + 6,
      "text-anchor": wide ? "middle" : left ? "end" : "start",
    }, group);
  };

  const show = (next) => {
    frame = next;
    if (!parts) return;
    const { x, box, wells, main, dark, tail, other, means, label, here, name } = parts;
    const { size } = options;
    if (parts.top !== sampling.tops[frame]) {
      parts.top = sampling.tops[frame];
      parts.y = parts.upTo(parts.top);
    }
    const { y } = parts;
    const outline = steps(sampling.main, frame, x, y);
    main.setAttribute("d", outline);
    dark.setAttribute("d", sampling.sides ? outline : "");
    if (other) other.setAttribute("d", steps(sampling.other, frame, x, y));
    for (const { end, marks, words } of wells) {
      const up = sides.map((side) => box.bottom - side[end][frame] * (box.bottom - box.top));
      marks.forEach(({ stem, dot }, i) => {
        set(stem, { y2: up[i] });
        set(dot, { cy: up[i] });
      });
      const highest = Math.min(...up);
      // Under the dot where there is no room above it.
      const under = highest - box.top < 1.2 * size;
      set(words, { y: under ? highest + 1.9 * size : highest - 0.8 * size, text: sampling.main[`${end}_words`][frame] });
    }
    if (sampling.sides) {
      const low = sampling.sides[frame] === "low";
      const at = x(sampling.observed);
      set(tail, { x: low ? x(0) : at, width: low ? at - x(0) : x(1) - at });
      wells.forEach(({ end, marks }) => marks[0].dot.classList.toggle("far", (end === "zero") === low));
      say(label, at, `${sampling.observed_words}, ${sampling.tails[frame]}`, x, size);
    }
    sides.forEach((side, i) => {
      const at = x(side.mean[frame]);
      means[i].setAttribute("d", triangle(at, box.bottom, size));
    });
    const at = x(sampling.h[frame]);
    set(here.children[0], { x1: at, x2: at });
    set(here.children[1], { cx: at });
    say(name, at, position.say(frame), x, size);
    svg.setAttribute("aria-label", sampling.alts[frame]);
  };

  const pressed = (event) => event.target.closest("svg[role=img]");
  dragged(parent, () => ({ svg, x: parts.x }), position, moved, pressed);
  const take = () => ({
    name: `the estimate in samples with ${position.say(frame)}`,
    title: `The estimate in samples with ${position.say(frame)}`,
    svg,
    legend: parent.querySelector(".legend"),
    table: {
      caption: `${sampling.alts[frame]} A row from 0 to 0, or from 1 to 1, is of the samples exactly there.`,
      head: ["ĥ from", "ĥ to", ...sides.map(({ method }) => `% of the samples, ${method}`)],
      rows: [
        [0, 0, ...sides.map(({ zero }) => 100 * zero[frame])],
        ...Array.from({ length: sampling.main.bins }, (_, i) => [
          i / sampling.main.bins, (i + 1) / sampling.main.bins, ...sides.map(({ bins, shares }) => shares[frame * bins + i]),
        ]),
        [1, 1, ...sides.map(({ one }) => 100 * one[frame])],
      ],
    },
  });
  return { show, resize, place: parent, take };
}

/** The outline of the bars of one frame. */
function steps(side, frame, x, y) {
  const { bins, shares } = side;
  const xs = [0];
  const ys = [0];
  for (let i = 0; i < bins; i++) {
    xs.push(i / bins, (i + 1) / bins);
    ys.push(shares[frame * bins + i], shares[frame * bins + i]);
  }
  return line([...xs, 1], [...ys, 0], x, y);
}

/** A triangle that stands on a foot. */
const triangle = (at, foot, size) => `M${at},${foot - 0.8 * size}l${0.45 * size},${0.8 * size}h${-0.9 * size}Z`;

/** Words above a line, or beside it as far as they must to stay between 0 and 1. */
function say(text, at, words, x, size) {
  set(text, { text: words, "text-anchor": "middle" });
  const half = (text.getComputedTextLength() || 0.55 * size * words.length) / 2;
  set(text, { x: Math.max(x(0) + half, Math.min(x(1) - half, at)) });
}

/** Which mark means what. */
function samplingLegend(parent, sampling) {
  const mark = legendIn(parent, 28, 15);
  const entry = (words, tag, attributes) => make(tag, attributes, mark(words));
  const { main, other } = sampling;
  const swatch = { x: 3, y: 2, width: 22, height: 11 };
  entry(`${main.method} in the samples`, "rect", { class: `samples ${main.method}`, ...swatch });
  if (sampling.sides) entry("as far as the observed ĥ, or farther", "rect", { class: `samples far ${main.method}`, ...swatch });
  if (other) entry(`${other.method} in the same samples`, "path", { class: `curve ${other.method} other`, d: "M0,8H28" });
  entry("exactly 0 or exactly 1, of all samples", "circle", { class: `share ${main.method}`, cx: 14, cy: 8, r: 5.5 });
  entry("mean of ĥ", "path", { class: `mean ${main.method}`, d: triangle(14, 13, 13) });
  for (const { legend, opacity } of sampling.intervals)
    entry(legend, "rect", { class: "held", style: `opacity: ${opacity}`, ...swatch });
}
