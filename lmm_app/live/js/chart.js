// A plain chart: lines, points, bars and bands on fixed axes, some of which move with the frame.

import { axes, line, make, scale, set } from "./svg.js";

/**
 * A chart from its part of the picture:
 *   {height, x, y: {lo, hi, log, title, ticks}, series: [{kind, look, x, y, low, high, moving}],
 *    lines: [{at, look, words}], alts}
 * A moving series has all its frames one after the other in y (and low, high).
 */
export function chartPanel(parent, part, options) {
  let svg = null;
  let drawn = [];
  let scales = null;
  let frame = 0;
  const resize = () => {
    const { size } = options;
    const width = Math.max(220, parent.clientWidth);
    const height = part.height * (options.size > 15 ? 1.35 : 1);
    const box = { left: 4.6 * size, top: 1.6 * size, right: width - 14, bottom: height - 3.1 * size };
    svg ??= make("svg", { role: "img" }, parent);
    set(svg, { width, height });
    svg.replaceChildren();
    const x = scale(part.x.lo, part.x.hi, box.left, box.right, part.x.log);
    const y = scale(part.y.lo, part.y.hi, box.bottom, box.top, part.y.log);
    scales = { x, y };
    axes(svg, box, x, y, {
      size, xTitle: part.x.title, yTitle: part.y.title, xTicks: part.x.ticks, yTicks: part.y.ticks,
      xLabels: part.x.labels, grid: part.grid,
    });
    for (const { at, look, words } of part.lines ?? []) {
      make("line", { class: `vertical ${look}`, x1: x(at), x2: x(at), y1: box.top, y2: box.bottom }, svg);
      const anchor = at > part.x.lo + 0.85 * (part.x.hi - part.x.lo) ? "end" : "middle";
      make("text", { class: `note ${look}`, x: x(at), y: box.top - 5, "text-anchor": anchor, "font-size": size, text: words }, svg);
    }
    const clip = `chart-${Math.random().toString(36).slice(2)}`;
    make("rect", { x: box.left, y: box.top - 4, width: box.right - box.left + 4, height: box.bottom - box.top + 4 }, make("clipPath", { id: clip }, svg));
    const body = make("g", { "clip-path": `url(#${clip})` }, svg);
    drawn = part.series.map((series) => ({ series, group: make("g", { class: `series ${series.kind} ${series.look}` }, body) }));
    for (const each of drawn) draw(each);
    show(frame);
  };
  const draw = ({ series, group }) => {
    const { x, y } = scales;
    const m = series.x.length;
    const of = (array) => (series.moving ? array.subarray(frame * m, (frame + 1) * m) : array);
    const ys = of(series.y);
    if (series.kind === "line") {
      if (!group.firstChild) make("path", { class: `curve main ${series.look}` }, group);
      group.firstChild.setAttribute("d", line(series.x, ys, x, y));
      return;
    }
    if (series.kind === "band") {
      if (!group.firstChild) make("path", { class: `band ${series.look}` }, group);
      const back = [...series.x].reverse();
      const upper = line(series.x, of(series.high), x, y);
      const lower = line(back, [...of(series.low)].reverse(), x, y).replace("M", "L");
      group.firstChild.setAttribute("d", upper && lower ? `${upper}${lower}Z` : "");
      return;
    }
    if (series.kind === "bars") {
      const wide = Math.max(1, (0.8 * Math.abs(x(series.x[m - 1]) - x(series.x[0]))) / Math.max(m - 1, 1));
      let path = "";
      for (let i = 0; i < m; i++) path += `M${(x(series.x[i]) - wide / 2).toFixed(2)},${y(0).toFixed(2)}h${wide.toFixed(2)}V${y(ys[i]).toFixed(2)}h${(-wide).toFixed(2)}Z`;
      if (!group.firstChild) make("path", { class: `bar-path ${series.look}` }, group);
      group.firstChild.setAttribute("d", path);
      return;
    }
    for (let i = 0; i < m; i++) {
      const seen = Number.isFinite(ys[i]) && Number.isFinite(x(series.x[i]));
      const place = group.children[i] ?? pointOf(group, series, i);
      place.setAttribute("visibility", seen ? "visible" : "hidden");
      if (!seen) continue;
      set(place.lastChild, { cx: x(series.x[i]).toFixed(2), cy: y(ys[i]).toFixed(2) });
      if (series.low) set(place.firstChild, { x1: x(series.x[i]), x2: x(series.x[i]), y1: y(of(series.low)[i]), y2: y(of(series.high)[i]) });
    }
  };
  const pointOf = (group, series, i) => {
    const place = make("g", {}, group);
    if (series.low) make("line", { class: "error" }, place);
    const dot = make("circle", { r: series.sizes ? series.sizes[i] : options.size * 0.42 }, place);
    if (series.words) make("title", { text: series.words[i] }, dot);
    return place;
  };
  const show = (next) => {
    frame = next;
    for (const each of drawn) if (each.series.moving) draw(each);
    if (!svg) return;
    svg.setAttribute("aria-label", part.alts ? part.alts[frame] : part.alt);
    const chosen = part.chosen ? frame : -1;
    if (chosen >= 0) drawn.forEach(({ series, group }) => {
      if (!series.pick) return;
      [...group.children].forEach((place, i) => place.classList.toggle("chosen", i === series.pick[chosen]));
    });
  };
  return { show, resize };
}
