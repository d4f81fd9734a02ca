// One throw of three dice, and how far they lie from their own average and from the true one.

import { axes, html, laid, make, scale } from "./svg.js";

/** The throw of `part`, {faces, pips, own, truth, alt}; the pips of a face in thirds from its middle. */
export function dicePanel(parent, part, options) {
  const svg = make("svg", { role: "img", "aria-label": part.alt });
  parent.append(svg);
  html("p", "note", part.alt, parent);
  const resize = () => {
    const { size, height } = options;
    const { width, box } = laid(svg, parent, 260, height, { left: 24, top: 2.6 * size, right: 24, bottom: 3.1 * size });
    const side = Math.min(0.26 * height, width / 4.6);
    box.top += 1.4 * side;
    part.faces.forEach((_, k) => die(width / 2 + (k - 1) * 1.35 * side, 0.62 * side, side, part.pips[k]));
    const x = scale(0.7, 6.3, box.left, box.right);
    axes(svg, box, x, scale(0, 1, box.bottom, box.top), { size, xTitle: "points", xTicks: [1, 2, 3, 4, 5, 6], yTicks: [], grid: "x" });
    const seen = new Map();
    const r = 0.55 * size;
    for (const face of part.faces) {
      const above = seen.get(face) ?? 0;
      seen.set(face, above + 1);
      make("circle", { class: "thrown", cx: x(face), cy: box.bottom - r - 3 - above * 2.3 * r, r }, svg);
    }
    // One above the other, for they may be close.
    for (const [at, look, words, lift] of [[part.own, "estimate", part.ownWords, 1.35], [part.truth, "truth", part.truthWords, 0]]) {
      make("line", { class: `vertical ${look}`, x1: x(at), x2: x(at), y1: box.top, y2: box.bottom }, svg);
      make("text", { class: `note ${look}`, x: Math.min(x(at), width - 0.27 * size * words.length), y: box.top - 6 - lift * size, "text-anchor": "middle", "font-size": size, text: words }, svg);
    }
  };
  const die = (cx, cy, side, pips) => {
    make("rect", { class: "die", x: cx - side / 2, y: cy - side / 2, width: side, height: side, rx: 0.16 * side }, svg);
    for (const [dx, dy] of pips) make("circle", { class: "pip", cx: cx + 0.27 * side * dx, cy: cy + 0.27 * side * dy, r: 0.085 * side }, svg);
  };
  const take = () => ({
    name: "three dice",
    title: "Three dice",
    svg,
    table: {
      caption: part.alt,
      head: ["die", "points", "squared distance from their own average", "from the true average"],
      rows: part.faces.map((face, k) => [k + 1, face, (face - part.own) ** 2, (face - part.truth) ** 2]),
    },
  });
  return { resize, place: parent, take };
}
