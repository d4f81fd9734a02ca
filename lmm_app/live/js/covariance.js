// Before the rotation: V(h)/v = hK + (1−h)I, relatives side by side.

import { html, make } from "./svg.js";
import { fixed } from "./words.js";

// The side of a picture that is taken, in px, and how many classes of entries its table counts.
const SIDE = 480;
const CLASSES = 12;

const WORDS = {
  covariance: (h, { n }) =>
    `The covariance matrix V(h) of ${n} individuals at h = ${h.toFixed(3)}, relatives side by side: off the diagonal it is ${h.toFixed(3)} times the kinship.`,
  rotated: (h) => `U′VU at h = ${h.toFixed(3)}: zero off the diagonal, with hλ + 1 − h on it.`,
  still: (h, { alt }) => alt,
};

/**
 * The picture of V(h) from its part:
 *   {kind, n, matrix: {m, palette, cells}, binned, limit, ids, colors, alt}
 * A cell is the place of its number in the palette; of the matrix, which is symmetric, the rows
 * come one after the other up to the diagonal. `show(h)` redraws it; of a "still" one h is 1.
 */
export function covariancePanel(parent, picture, part) {
  const { limit, binned, ids, colors } = part;
  const { m, palette } = part.matrix;
  const cells = squared(part.matrix);
  const figure = html("div", "square", "", parent);
  figure.setAttribute("role", "img");
  const canvas = html("canvas", "", "", figure);
  canvas.width = canvas.height = m;
  const context = canvas.getContext("2d");
  const image = context.createImageData(m, m);
  const pixels = new Uint32Array(image.data.buffer);
  const few = ids ? html("div", "cells", "", figure) : null;
  const texts = [];
  if (few) {
    few.style.gridTemplateColumns = `repeat(${m}, 1fr)`;
    for (let i = 0; i < m * m; i++) {
      const cell = html("span", "", "", few);
      cell.title = `${ids[Math.floor(i / m)]} and ${ids[i % m]}`;
      texts.push(cell);
    }
  }
  const strength = (value) => Math.min(Math.abs(value) / limit, 1);
  const color = (value) => {
    const end = value > 0 ? colors.more : colors.less;
    const [r, g, b] = colors.none.map((none, c) => Math.trunc(none + strength(value) * (end[c] - none)));
    return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
  };
  let h = 1;
  const own = () => (binned ? 0 : 1 - h);
  const valueAt = (i) => h * palette[cells[i]] + (i % (m + 1) === 0 ? own() : 0);
  const show = (at) => {
    h = part.kind === "still" ? 1 : at;
    const off = Uint32Array.from(palette, (k) => color(h * k));
    const on = Uint32Array.from(palette, (k) => color(h * k + own()));
    for (let i = 0; i < m * m; i++) pixels[i] = off[cells[i]];
    for (let i = 0; i < m; i++) pixels[i * (m + 1)] = on[cells[i * (m + 1)]];
    for (let i = 0; i < texts.length; i++) {
      const value = valueAt(i);
      const words = fixed(value, 2).replace("-", "−");
      if (texts[i].textContent !== words) texts[i].textContent = words;
      texts[i].style.color = value > 0 && strength(value) > 0.92 ? "#fff" : "#000";
    }
    context.putImageData(image, 0, 0);
    figure.setAttribute("aria-label", WORDS[part.kind](h, part));
  };
  const drawn = () => {
    const svg = make("svg", { width: SIDE, height: SIDE, "aria-label": figure.getAttribute("aria-label") });
    const side = SIDE / m;
    if (!few) {
      // In whole steps, so that cells keep their edges.
      const large = html("canvas");
      large.width = large.height = m * Math.ceil(SIDE / m);
      const pen = large.getContext("2d");
      pen.imageSmoothingEnabled = false;
      pen.drawImage(canvas, 0, 0, large.width, large.height);
      make("image", { width: SIDE, height: SIDE, href: large.toDataURL() }, svg);
      return svg;
    }
    texts.forEach((cell, i) => {
      const [x, y] = [(i % m) * side, Math.floor(i / m) * side];
      const [r, g, b] = image.data.slice(4 * i, 4 * i + 3);
      make("rect", { x, y, width: side, height: side, style: `fill: rgb(${r} ${g} ${b})` }, svg);
      make("text", { x: x + side / 2, y: y + 0.6 * side, "text-anchor": "middle", style: `font-size: ${0.3 * side}px; fill: ${cell.style.color}`, text: cell.textContent }, svg);
    });
    return svg;
  };
  /** Of few individuals every entry; of many, how often each size occurs off the diagonal. */
  const table = () => {
    const caption = figure.getAttribute("aria-label");
    if (ids) return { caption, head: ["", ...ids], rows: ids.map((id, i) => [id, ...ids.map((_, j) => valueAt(i * m + j))]) };
    const lowest = h * palette.reduce((a, b) => Math.min(a, b));
    const each = (h * palette.reduce((a, b) => Math.max(a, b)) - lowest) / CLASSES;
    const rows = Array.from({ length: each ? CLASSES : 1 }, (_, k) => [lowest + k * each, lowest + (k + 1) * each, 0]);
    for (let i = 0; i < m; i++)
      for (let j = 0; j < i; j++) rows[each ? Math.min(Math.floor((valueAt(i * m + j) - lowest) / each), CLASSES - 1) : 0][2]++;
    return { caption: `${caption} Its entries below the diagonal, counted by their size.`, head: ["from", "to", "entries"], rows };
  };
  const take = () => ({ name: part.title || "covariance", title: part.title || "Covariance", svg: drawn(), table: table() });
  return { show, place: parent, take };
}

/** Every cell of a symmetric matrix, row by row, from its rows up to the diagonal. */
function squared({ m, cells }) {
  const all = new Uint8Array(m * m);
  for (let i = 0, k = 0; i < m; i++)
    for (let j = 0; j <= i; j++, k++) all[i * m + j] = all[j * m + i] = cells[k];
  return all;
}
