// Scans along the genome, one above the other on the same axes, with what lies under the pointer.

import { chartLegend } from "./chart.js";
import { axes, heading, html, laid, line, make, mark, nearestTo, scale } from "./svg.js";

// A marker further than this from the pointer, in px, is not meant.
const REACH = 30;

/**
 * The scans from their part of the picture:
 *   {x, position, markers, unit, chromosomes: [{name, lo, hi}], xTitle, top, joined, legend,
 *    lines: [{at, look}], truth: [{place, words}],
 *    panels: [{title, note, look, y, cut: {value, lower, upper}, peaks: [{place, letter, look}],
 *    found, alt}]}
 * `pick` is called with the place of a marker that is clicked.
 */
export function genomePanel(parent, part, options, pick) {
  chartLegend(parent, part.legend);
  const shown = part.panels.map((panel) => {
    const head = heading(panel.title, parent);
    if (panel.note) html("span", "tally", ` ${panel.note}`, head);
    return { panel, svg: make("svg", { role: "img", "aria-label": panel.alt, class: `genome ${panel.look}` }, parent) };
  });
  const told = html("p", "hover", "", parent);
  let chosen = null;
  let believed = [];
  let hovered = null;

  const chromosomeOf = (place) => part.chromosomes.find(({ lo, hi }) => part.x[place] >= lo - 1e-9 && part.x[place] <= hi + 1e-9)?.name;
  const describe = (place) => {
    const at = part.unit ? `${part.position[place].toFixed(1)} ${part.unit}` : `marker ${part.position[place]}`;
    const heights = part.panels.map(({ title, y }) => `${title} ${Number.isFinite(y[place]) ? y[place].toFixed(2) : "not tested"}`);
    return `${part.markers[place]}, chr ${chromosomeOf(place)}, ${at}. −log₁₀ p: ${heights.join(" · ")}`;
  };

  const resize = () => shown.forEach((one, k) => lay(one, k === shown.length - 1));
  const lay = (one, last) => {
    const { panel, svg } = one;
    const { size } = options;
    const margins = { left: 3.6 * size, top: 1.5 * size, right: 12, bottom: last ? 3.1 * size : 0.6 * size };
    const { box } = laid(svg, parent, 240, options.height + (last ? 2.5 * size : 0), margins);
    const x = scale(0, 1, box.left, box.right);
    const y = scale(0, part.top, box.bottom, box.top);
    one.x = x;
    one.y = y;
    part.chromosomes.forEach(({ lo, hi }, k) => {
      if (k % 2) make("rect", { class: "chromosome", x: x(lo), width: Math.max(x(hi) - x(lo), 0), y: box.top, height: box.bottom - box.top }, svg);
    });
    axes(svg, box, x, y, { size, xTicks: [], grid: "y", yTitle: "−log₁₀ p", xTitle: last ? part.xTitle : null });
    if (last) names(svg, x, box, size);
    for (const { place } of part.truth)
      make("line", { class: "vertical truth", x1: x(part.x[place]), x2: x(part.x[place]), y1: box.top, y2: box.bottom }, svg);
    for (const { at, look } of part.lines)
      make("line", { class: `level ${look}`, x1: box.left, x2: box.right, y1: y(at), y2: y(at) }, svg);
    const { cut } = panel;
    const roof = y(Math.min(cut.upper ?? part.top, part.top));
    make("rect", { class: "cut-band", x: box.left, width: box.right - box.left, y: roof, height: Math.max(y(cut.lower) - roof, 1) }, svg);
    make("line", { class: "level cut", x1: box.left, x2: box.right, y1: y(cut.value), y2: y(cut.value) }, svg);
    points(svg, panel, x, y);
    for (const { place, words } of part.truth) {
      const seen = make("path", { class: `qtl ${panel.found.includes(place) ? "found" : "missed"}`, d: mark("up", x(part.x[place]), box.bottom - 1, size * 0.5) }, svg);
      make("title", { text: words }, seen);
    }
    one.here = make("g", { class: "spot" }, svg);
    one.marks = make("g", { class: "peaks" }, svg);
    one.box = box;
    drawPeaks(one);
    spot(one);
    svg.onpointermove = (event) => hover(nearest(one, event));
    svg.onpointerleave = () => hover(null);
    svg.onclick = (event) => {
      const place = nearest(one, event);
      if (place !== null) pick(place);
    };
  };
  /** All markers in two paths, of every other chromosome each: a dot is a stroke of no length. */
  const points = (svg, panel, x, y) => {
    const paths = ["", ""];
    const lines = ["", ""];
    part.chromosomes.forEach(({ lo, hi }, k) => {
      const places = between(part.x, lo, hi);
      for (let i = places[0]; i < places[1]; i++)
        if (Number.isFinite(panel.y[i])) paths[k % 2] += `M${x(part.x[i]).toFixed(1)},${y(panel.y[i]).toFixed(1)}h0`;
      if (part.joined) lines[k % 2] += line(part.x.subarray(...places), panel.y.subarray(...places), x, y);
    });
    lines.forEach((d, k) => d && make("path", { class: `joined ${panel.look} ${k ? "odd" : "even"}`, d }, svg));
    paths.forEach((d, k) => make("path", { class: `markers ${panel.look} ${k ? "odd" : "even"} ${part.joined ? "few" : "many"}`, d }, svg));
  };
  const drawPeaks = (one) => {
    const { panel, x, y, marks } = one;
    const { size } = options;
    marks.replaceChildren();
    for (const { place, letter, look } of panel.peaks) {
      const [px, py] = [x(part.x[place]), y(panel.y[place])];
      if (look !== "open") make("path", { class: `peak ${look}`, d: mark(look === "false" ? "cross" : "point", px, py, size * 0.42) }, marks);
      if (!letter) continue;
      const up = Math.max(py - size * 0.95, size);
      if (believed.includes(place)) make("circle", { class: "believed", cx: px, cy: up - size * 0.36, r: size * 0.72 }, marks);
      make("text", { class: "letter", x: px, y: up, "text-anchor": "middle", "font-size": size, text: letter }, marks);
    }
  };
  const spot = ({ here, panel, x, y, box }) => {
    here.replaceChildren();
    for (const [place, look] of [[chosen, "chosen"], [hovered, "hovered"]]) {
      if (place === null || place === undefined) continue;
      make("line", { class: look, x1: x(part.x[place]), x2: x(part.x[place]), y1: box.top, y2: box.bottom }, here);
      if (Number.isFinite(panel.y[place])) make("circle", { class: look, cx: x(part.x[place]), cy: y(panel.y[place]), r: 5 }, here);
    }
  };
  const names = (svg, x, box, size) => {
    const group = make("g", { class: "axes", "font-size": size - 1 }, svg);
    let free = -Infinity;
    for (const { name, lo, hi } of part.chromosomes) {
      const half = name.length * size * 0.3;
      const middle = x((lo + hi) / 2);
      if (middle - half < free) continue;
      free = middle + half + 3;
      make("text", { x: middle, y: box.bottom + size + 2, "text-anchor": "middle", text: name }, group);
    }
  };
  const nearest = ({ panel, svg, x, y }, event) => {
    const place = nearestTo(event, svg, part.x.length, REACH, (i) => x(part.x[i]), (i) => y(panel.y[i]));
    return place < 0 ? null : place;
  };
  const hover = (place) => {
    if (place === hovered) return;
    hovered = place;
    say();
    shown.forEach(spot);
  };
  const say = () => {
    const place = hovered ?? chosen;
    told.textContent = place === null || place === undefined ? part.hint : describe(place);
  };
  const follow = (moving) => {
    chosen = moving.marker ?? null;
    believed = moving.believed ?? [];
    say();
    if (shown[0].marks) shown.forEach((one) => (drawPeaks(one), spot(one)));
  };
  const take = () => ({
    name: "the scans along the genome",
    title: "The scans along the genome",
    svg: shown.map(({ panel, svg }) => ({ head: panel.title, note: panel.note, svg })),
    legend: parent.querySelector(".legend"),
    table: {
      caption: `−log₁₀ p of ${part.markers.length.toLocaleString("en")} markers along the genome.`,
      head: ["marker", "chromosome", part.unit ? `position, ${part.unit}` : "place", ...part.panels.map(({ title }) => `−log₁₀ p, ${title}`)],
      rows: part.markers.map((marker, k) => [marker, chromosomeOf(k) ?? null, part.position[k], ...part.panels.map(({ y }) => y[k])]),
    },
  });
  return { resize, follow, place: parent, take };
}

/** The first place at or after lo, and the first after hi: x goes up. */
function between(xs, lo, hi) {
  const first = (test) => {
    let [a, b] = [0, xs.length];
    while (a < b) {
      const middle = (a + b) >> 1;
      if (test(xs[middle])) b = middle;
      else a = middle + 1;
    }
    return a;
  };
  return [first((value) => value >= lo - 1e-9), first((value) => value > hi + 1e-9)];
}
