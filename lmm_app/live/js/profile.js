// The profile log-likelihood over h: both curves, the search on one of them, and h in your hand.

import { dragged } from "./drag.js";
import { drawExtras } from "./extras.js";
import { logLikelihood } from "../twin/twin.js";
import { fitAt, heightOf } from "./fitted.js";
import { axes, clipTo, laid, legendIn, line, make, mark, scale, set } from "./svg.js";
import { tryAt } from "./tries.js";
import { fixed } from "./words.js";

// Python's word for infinitely far, which JSON cannot hold.
const FAR_OFF = 1e9;

/** The big picture. `show(h)` moves h, `step(k)` shows the search up to its k-th step. */
export function profilePanel(parent, picture, options, inHand, position, moved, first) {
  const { profile, fit } = picture;
  const svg = make("svg", { role: "img", "aria-label": profile.alt }, parent);
  let parts = {};
  let h = first;
  // Without a stepper all of the search is there.
  let k = options.stepper === false ? picture.search.steps.length : 0;
  // In a fog the curve shows where h has been.
  const visited = options.tries ?? new Set();

  const resize = () => {
    const { size, height } = options;
    const { width, box } = laid(svg, parent, 260, height, { left: 4.4 * size, top: 1.9 * size, right: 14, bottom: 1.8 * size });
    const x = scale(-0.02, 1.02, box.left, box.right);
    const y = scale(fit.floor, fit.roof, box.bottom, box.top);
    const xTicks = width < 420 ? [0, 0.25, 0.5, 0.75, 1] : [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];
    parts = { x, y, box };
    if (profile.interval && options.interval) {
      const [lo, hi] = profile.interval;
      make("rect", { class: "interval", x: x(lo), width: Math.max(x(hi) - x(lo), 1), y: box.top, height: box.bottom - box.top }, svg);
    }
    const bracket = make("rect", { class: `bracket ${picture.method}`, y: box.top, height: box.bottom - box.top }, svg);
    axes(svg, box, x, y, { size, xTicks, yTitle: "log-likelihood, from the top" });
    const clip = clipTo(svg, { ...box, bottom: box.bottom + 1 });
    for (const name of options.curves) {
      const chosen = name === picture.method ? "main" : "other";
      make("path", { class: `curve ${name} ${chosen}`, d: line(fit.curves.h, fit.curves[name], x, y), "clip-path": clip, visibility: options.fog ? "hidden" : "visible" }, svg);
    }
    drawExtras(svg, { x, y, box }, picture, options);
    const fog = options.fog || options.tries ? make("g", { class: `fog ${picture.method}` }, svg) : null;
    verticals(svg, box, x, y);
    const parabola = make("path", { class: "parabola", "clip-path": clip }, svg);
    const three = make("g", { class: "three" }, svg);
    const looks = make("g", { class: "looks" }, svg);
    const here = make("g", { class: "here" }, svg);
    make("line", { y1: box.top, y2: box.bottom }, here);
    for (const name of options.curves) make("circle", { r: options.size * 0.5, class: name }, here);
    parts = { ...parts, bracket, parabola, three, looks, here, fog };
    visited.forEach(reveal);
    show(h);
    step(k);
  };

  const verticals = (target, box, x, y) => {
    const { size } = options;
    const vertical = (at, kind, words, low) => {
      make("line", { class: `vertical ${kind}`, x1: x(at), x2: x(at), y1: box.top, y2: box.bottom }, target);
      const anchor = at > 0.85 ? "end" : at < 0.12 ? "start" : low ? "start" : "middle";
      const gap = anchor === "middle" ? 0 : anchor === "end" ? -5 : 5;
      make("text", { class: `note ${kind}`, x: x(at) + (low ? gap : 0), y: low ? box.bottom - 7 : box.top - 6, "text-anchor": low ? anchor : at > 0.9 ? "end" : at < 0.1 ? "start" : "middle", "font-size": size, text: words }, target);
    };
    if (profile.true_h !== null && options.truth) vertical(profile.true_h, "truth", profile.true_words, true);
    if (profile.estimate !== null && options.estimate) vertical(profile.estimate, "estimate", profile.estimate_words, false);
    if (options.guess !== null && options.guess !== undefined)
      vertical(options.guess, "guess", options.guess_words, true);
    if (!options.estimate) return;
    for (const other of profile.others) {
      const [px, py] = [x(other.h), y(Math.max(other.y, fit.floor))];
      make("path", { class: "pointer", d: `M${px},${py + 34}V${py + 7}m-4,7l4,-7l4,7` }, target);
      make("text", { class: "note", x: px, y: py + 34 + size, "text-anchor": other.h > 0.85 ? "end" : other.h < 0.15 ? "start" : "middle", "font-size": size - 1, text: other.words }, target);
    }
    if (profile.trapped && options.looks) {
      const { h, y: depth } = profile.trapped;
      const [px, py] = [x(h), y(Math.max(depth, fit.floor))];
      make("path", { class: "trapped", d: `M${px - 7},${py - 7}l14,14m0,-14l-14,14` }, target);
    }
  };

  const drawn = new Set();
  const reveal = (seen) => {
    drawn.add(seen);
    const y = heightOf(fit, picture.method, seen);
    if (!Number.isFinite(y)) return;
    make("circle", { r: 4, cx: parts.x(seen), cy: parts.y(Math.max(y, fit.floor)) }, parts.fog);
  };

  const show = (next) => {
    h = next;
    const { x, y, here, fog } = parts;
    const at = x(h);
    const [stem, ...dots] = here.children;
    set(stem, { x1: at, x2: at });
    options.curves.forEach((name, i) => {
      const height = heightOf(fit, name, h);
      const seen = Number.isFinite(height);
      set(dots[i], { cx: at, cy: seen ? y(Math.min(Math.max(height, fit.floor), fit.roof)) : 0, visibility: seen ? "visible" : "hidden" });
    });
    const near = tryAt(h);
    if (options.fog && !drawn.has(near)) {
      drawn.add(near);
      visited.add(near);
      reveal(near);
    }
  };

  const step = (next) => {
    k = next;
    const { x, y, bracket, parabola, three, looks, box } = parts;
    const { steps } = picture.search;
    looks.replaceChildren();
    three.replaceChildren();
    const shown = options.looks ? steps.slice(0, k) : [];
    const last = shown.at(-1);
    const open = last && last.kind !== "answer" && last.kind !== "boundary" && k < steps.length;
    set(bracket, { x: last ? x(last.lower) : 0, width: open ? Math.max(x(last.upper) - x(last.lower), 2) : 0 });
    const fitted = last && open ? last.parabola : null;
    set(parabola, { d: fitted ? parabolaPath(fitted, x, y) : "" });
    for (const [place, height] of fitted ? fitted.three : [])
      make("circle", { cx: x(place), cy: y(Math.min(Math.max(height, fit.floor), fit.roof)), r: 9 }, three);
    for (const look of shown) {
      const px = x(look.h);
      if (look.y < fit.floor || look.y > fit.roof) {
        beyond(look, px, look.y < fit.floor, look === last);
        continue;
      }
      const py = y(look.y);
      const r = options.size * (look === last && open ? 0.62 : 0.44);
      const shape = make("path", { class: `look ${picture.method} ${look === last ? "last" : ""}`, d: mark(look.kind, px, py, r) }, looks);
      make("title", { text: look.words }, shape);
      if (look.number || (look === last && open && look.kind !== "answer"))
        make("text", { class: "number", x: px, y: py - r - 6, "text-anchor": "middle", "font-size": options.size - 1, text: look.i }, looks);
    }
  };

  /** A try that is far off the picture: an arrow at its edge, with how far it is from the top. */
  const beyond = (look, px, below, latest) => {
    const { looks, box } = parts;
    const { size } = options;
    const py = below ? box.bottom - 0.6 * size : box.top + 0.6 * size;
    const arrow = make("path", { class: `look ${picture.method} ${latest ? "last" : ""}`, d: mark("up", px, py, 0.5 * size) }, looks);
    if (below) arrow.setAttribute("transform", `rotate(180 ${px} ${py})`);
    make("title", { text: look.words }, arrow);
    if (look.kind !== "boundary" && !look.number) return;
    const far = Math.abs(look.y) >= FAR_OFF ? (below ? "−∞" : "∞") : (look.y < 0 ? "−" : "") + fixed(Math.abs(look.y), 1);
    const anchor = look.h > 0.85 ? "end" : look.h < 0.15 ? "start" : "middle";
    const aside = anchor === "middle" ? 0 : anchor === "end" ? -0.8 * size : 0.8 * size;
    make("text", { class: "number far", x: px + aside, y: py + 0.35 * size - (anchor === "middle" ? size : 0), "text-anchor": anchor, "font-size": size - 1, text: far }, looks);
  };

  dragged(parent, () => ({ svg, x: parts.x }), position, moved, () => options.slider);
  const take = () => ({
    name: "profile log-likelihood",
    title: "Profile log-likelihood over h",
    svg,
    legend: parent.closest(".board").querySelector(".legend"),
    table: {
      caption: profile.alt,
      head: ["h", ...options.curves.map((name) => `log-likelihood, ${name}`)],
      rows: placesOf(inHand).map((place) => [place, ...options.curves.map((name) => logLikelihood(fit.twin, fitAt(fit, place), name))]),
    },
  });
  // What is still in a fog is not given away by its numbers.
  return { show, step, resize, place: parent, take: options.fog ? null : take };
}

/** h in steps of a hundredth, and the estimate. */
function placesOf({ estimate }) {
  const even = Array.from({ length: 101 }, (_, k) => k / 100);
  return estimate === null || even.includes(estimate) ? even : [...even, estimate].sort((a, b) => a - b);
}

/** The parabola through three points, from one end of what is drawn of it to the other. */
function parabolaPath({ three, from, to }, x, y) {
  const hs = [];
  const ys = [];
  for (let k = 0; k <= 60; k++) {
    const h = from + (k / 60) * (to - from);
    const [[a, u], [b, v], [c, w]] = three;
    hs.push(h);
    ys.push((u * (h - b) * (h - c)) / ((a - b) * (a - c)) + (v * (h - a) * (h - c)) / ((b - a) * (b - c)) + (w * (h - a) * (h - b)) / ((c - a) * (c - b)));
  }
  return line(hs, ys, x, y);
}

/** Which line and mark means what. */
export function legend(parent, picture, options) {
  const [width, height] = [28.8, 15.6];
  const [x, y] = [width / 2, height / 2];
  const entry = legendIn(parent, width, height);
  for (const name of options.curves) make("path", { class: `curve ${name} main`, d: `M0,${y}H${width}` }, entry(name));
  if (options.looks) {
    for (const kind of new Set(picture.search.steps.map((look) => look.kind)))
      make("path", { class: `look ${picture.method}`, d: mark(kind, x, y, 5) }, entry(picture.search.kinds[kind]));
    if (picture.profile.trapped)
      make("path", { class: "trapped", d: `M${x - 5},${y - 5}l10,10m0,-10l-10,10` }, entry(picture.profile.trapped.words));
  }
  if (options.interval && picture.profile.interval)
    make("rect", { class: "interval", x: 2, y: 2, width: width - 4, height: height - 4 }, entry("95% interval"));
}
