// A plain chart: lines, points, bars and bands on fixed axes, some of which move with the frame.

import { axes, clipTo, laid, legendIn, line, make, mark, scale, set } from "./svg.js";

/**
 * A chart from its part of the picture:
 *   {height, legend: [{kind, look, words}], lines: [{at, look, words}], alts,
 *    x, y: {lo, hi, log, title, ticks}, x.names: [words under x = 1, 2, 3, …],
 *    y.names: [{at, words}],
 *    series: [{kind, look, x, y, low, high, moving, count}]}
 * A moving series has all its frames one after the other in y (and low, high); one with a `count`,
 * the points in a frame, has them in x too.
 */
export function chartPanel(parent, part, options) {
  let drawn = [];
  let scales = null;
  let frame = 0;
  if (part.legend) chartLegend(parent, part.legend);
  const svg = make("svg", { role: "img" }, parent);
  const resize = () => {
    const { size } = options;
    const margins = { left: 4.6 * size, top: 1.6 * size, right: 14, bottom: (part.x.title ? 3.1 : 1.8) * size };
    const { box } = laid(svg, parent, 220, part.height * options.scale, margins);
    const x = scale(part.x.lo, part.x.hi, box.left, box.right, part.x.log);
    const y = scale(part.y.lo, part.y.hi, box.bottom, box.top, part.y.log);
    scales = { x, y, box };
    axes(svg, box, x, y, {
      size, xTitle: part.x.title, yTitle: part.y.title, xTicks: part.x.ticks, yTicks: part.y.ticks,
      grid: part.grid,
    });
    for (const { at, words } of part.y.names ?? [])
      make("text", { class: "note", x: box.left - 6, y: y(at) + size * 0.34, "text-anchor": "end", "font-size": size, text: words }, svg);
    if (part.x.names) namesBelow(svg, part.x.names, x, box, size);
    for (const { at, look, words, side } of part.lines ?? []) {
      make("line", { class: `vertical ${look}`, x1: x(at), x2: x(at), y1: box.top, y2: box.bottom }, svg);
      const anchor = side ?? (at > part.x.lo + 0.85 * (part.x.hi - part.x.lo) ? "end" : "middle");
      make("text", { class: `note ${look}`, x: x(at), y: box.top - 5, "text-anchor": anchor, "font-size": size, text: words }, svg);
    }
    const body = make("g", { "clip-path": clipTo(svg, { ...box, top: box.top - 4, right: box.right + 4 }) }, svg);
    drawn = part.series.map((series) => ({ series, group: make("g", { class: `series ${series.kind} ${series.look}` }, body) }));
    for (const each of drawn) draw(each);
    if (part.veil) make("text", { class: "veil", x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2 + 2 * size, "text-anchor": "middle", "font-size": 6 * size, text: part.veil }, svg);
    show(frame);
  };
  const draw = ({ series, group }) => {
    const { x, y } = scales;
    const m = series.count ?? series.x.length;
    const of = (array) => (series.moving ? array.subarray(frame * m, (frame + 1) * m) : array);
    const xs = series.count ? of(series.x) : series.x;
    const ys = of(series.y);
    if (series.kind === "line") {
      if (!group.firstChild) make("path", { class: `curve main ${series.look}` }, group);
      group.firstChild.setAttribute("d", line(xs, ys, x, y));
      return;
    }
    if (series.kind === "band") {
      if (!group.firstChild) make("path", { class: `band ${series.look}` }, group);
      const back = [...xs].reverse();
      const upper = line(xs, of(series.high), x, y);
      const lower = line(back, [...of(series.low)].reverse(), x, y).replace("M", "L");
      group.firstChild.setAttribute("d", upper && lower ? `${upper}${lower}Z` : "");
      return;
    }
    if (series.kind === "bars") {
      bars(group, series, xs, ys);
      return;
    }
    if (series.kind === "dots") {
      // One path for all of them, however many: a dot is a stroke of no length.
      if (!group.firstChild) make("path", { class: `many-dots ${series.look}${m < 100 ? " few" : ""}` }, group);
      let d = "";
      for (let i = 0; i < m; i++) if (Number.isFinite(ys[i])) d += `M${x(xs[i]).toFixed(1)},${y(ys[i]).toFixed(1)}h0`;
      group.firstChild.setAttribute("d", d);
      return;
    }
    for (let i = 0; i < m; i++) {
      const seen = Number.isFinite(ys[i]) && Number.isFinite(x(xs[i]));
      const place = group.children[i] ?? pointOf(group, series, i);
      place.setAttribute("visibility", seen ? "visible" : "hidden");
      if (!seen) continue;
      const [cx, cy] = [x(xs[i]).toFixed(2), y(ys[i]).toFixed(2)];
      set(place.lastChild, series.shape ? { transform: `translate(${cx},${cy})` } : { cx, cy });
      if (series.low) set(place.firstChild, { x1: x(xs[i]), x2: x(xs[i]), y1: y(of(series.low)[i]), y2: y(of(series.high)[i]) });
    }
  };
  /** Bars from 0; those above it are filled and those below it are not. */
  const bars = (group, series, xs, ys) => {
    const { x, y, box } = scales;
    const m = xs.length;
    const apart = m > 1 ? Math.abs(x(xs[m - 1]) - x(xs[0])) / (m - 1) : box.right - box.left;
    const wide = Math.max(1, 0.8 * apart);
    const paths = { up: "", down: "" };
    for (let i = 0; i < m; i++)
      paths[ys[i] < 0 ? "down" : "up"] += `M${(x(xs[i]) - wide / 2).toFixed(2)},${y(0).toFixed(2)}h${wide.toFixed(2)}V${y(ys[i]).toFixed(2)}h${(-wide).toFixed(2)}Z`;
    if (!group.firstChild) {
      for (const side of ["up", "down"]) make("path", { class: `bar-path ${series.look} ${side}` }, group);
      make("line", { class: "zero", x1: box.left, x2: box.right, y1: y(0), y2: y(0) }, group);
    }
    group.children[0].setAttribute("d", paths.up);
    group.children[1].setAttribute("d", paths.down);
  };
  const pointOf = (group, series, i) => {
    const place = make("g", {}, group);
    if (series.low) make("line", { class: "error" }, place);
    const r = series.sizes ? series.sizes[i] : options.size * (series.small ? 0.22 : 0.42);
    const dot = series.shape ? make("path", { d: mark(series.shape, 0, 0, r) }, place) : make("circle", { r }, place);
    dot.setAttribute("class", `dot ${series.look}`);
    if (series.words) make("title", { text: series.words[i] }, dot);
    return place;
  };
  const show = (next) => {
    frame = next;
    for (const each of drawn) if (each.series.moving) draw(each);
    svg.setAttribute("aria-label", part.alts ? part.alts[frame] : part.alt);
    const chosen = part.chosen ? frame : -1;
    if (chosen >= 0) drawn.forEach(({ series, group }) => {
      if (!series.pick) return;
      [...group.children].forEach((place, i) => place.classList.toggle("chosen", i === series.pick[chosen]));
    });
  };
  const take = () => {
    const title = part.title || `${part.y.title}, against ${part.x.title}`;
    return { name: title, title, svg, legend: parent.querySelector(".legend"), table: { caption: part.alts ? part.alts[frame] : part.alt, ...chartTable(part, frame) } };
  };
  return { show, resize, place: parent, take };
}

/**
 * The numbers of a chart in one frame, series after series. A series has a `name`, and one whose
 * name is empty repeats another; it tells what is in `exact`, {x, y}, where its marks stand aside
 * from it or an infinite number is drawn as a far one.
 */
export function chartTable({ x, y, series, lines }, frame) {
  const named = series.filter(({ name }) => name !== "");
  const bars = named.some(({ low }) => low);
  const worded = named.some(({ words }) => Array.isArray(words));
  const at = (one, value) => (one.exact?.x ? value : x.names?.[value - 1] ?? value);
  const rows = [];
  for (const one of named) {
    const xs = one.exact?.x ?? one.x;
    const m = one.count ?? xs.length;
    const of = (array, moving = one.moving) => (moving ? array.subarray(frame * m, (frame + 1) * m) : array);
    const told = { x: of(xs, Boolean(one.count)), y: of(one.exact?.y ?? one.y) };
    const ends = one.low ? [of(one.low), of(one.high)] : null;
    for (let i = 0; i < m; i++) {
      if (Number.isNaN(told.x[i])) continue;
      const row = [nameOf(one), at(one, told.x[i]), told.y[i]];
      if (bars) row.push(...(ends ? [ends[0][i], ends[1][i]] : [null, null]));
      if (worded) row.push(one.words?.[i] ?? null);
      rows.push(row);
    }
  }
  const more = (bars ? 2 : 0) + (worded ? 1 : 0);
  for (const { at: place, words } of lines ?? []) rows.push([words, place, null, ...Array(more).fill(null)]);
  const head = ["series", x.title || x.of || "x", y.title, ...(bars ? ["from", "to"] : []), ...(worded ? ["in words"] : [])];
  const alone = new Set(rows.map(([name]) => name)).size < 2;
  return alone ? { head: head.slice(1), rows: rows.map((row) => row.slice(1)) } : { head, rows };
}

const nameOf = ({ name, words, look }) => name ?? (typeof words === "string" ? words : look);

/** Words under whole numbers of x, where there is room for them. */
function namesBelow(svg, words, x, box, size) {
  // A projector has no type below 20 px.
  const small = size > 16 ? size - 1 : size - 2;
  const widest = Math.max(...words.map((word) => word.length));
  if (0.62 * small * widest > x(2) - x(1)) return;
  const group = make("g", { class: "axes", "font-size": small }, svg);
  words.forEach((text, i) => make("text", { x: x(i + 1), y: box.bottom + small + 4, "text-anchor": "middle", text }, group));
}

/** Which line and mark of a chart means what. */
export function chartLegend(parent, entries) {
  const entry = legendIn(parent, 30, 16);
  for (const { kind, look, shape, words } of entries) {
    const svg = entry(words);
    if (kind === "line") make("path", { class: `curve main ${look}`, d: "M0,8H30" }, svg);
    else make("path", { class: `dot ${look}`, d: mark(shape ?? "point", 15, 8, 5) }, make("g", { class: `series ${look}` }, svg));
  }
}
