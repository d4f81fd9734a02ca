// Two sibs: a cloud of simulated pairs with the ellipse of their errors, before and after a turn of 45°.

import { hOf } from "./band.js";
import { axes, line, make, scale, set } from "./svg.js";
import { number } from "./words.js";

// Of 100 pairs of normal values 95 lie within this distance, in standard deviations (√5.99).
const WITHIN_TWO = 2.4477;
const FARTHEST = 4.2;
const TURN = Math.PI / 4;
const DURATION_OF_TURN = 1400;

/** Standard deviations of the sum and of the difference, each over √2, at an h; kinship ½. */
export function spreads(h) {
  return [Math.sqrt(1 + h / 2), Math.sqrt(1 - h / 2)];
}

/** The picture of one side; `show(h)` stretches it. A turned one turns before the eye once. */
export function sibsPanel(parent, part, options, { turned }) {
  const m = part.sum.length;
  const svg = make("svg", { role: "img" });
  parent.append(svg);
  let parts = null;
  let h = 0;
  let angle = turned ? TURN : 0;

  const resize = () => {
    const { size, height } = options;
    const side = Math.min(Math.max(220, parent.clientWidth), height);
    set(svg, { width: side, height: side });
    svg.replaceChildren();
    const box = { left: 3.4 * size, top: 8, right: side - 8, bottom: side - 3.1 * size };
    const x = scale(-FARTHEST, FARTHEST, box.left, box.right);
    const y = scale(-FARTHEST, FARTHEST, box.bottom, box.top);
    const [xTitle, yTitle] = turned ? ["sum of the two, over √2", "difference, over √2"] : ["error of one sib", "error of the other"];
    axes(svg, box, x, y, { size, xTitle, yTitle, xTicks: [-4, -2, 0, 2, 4], yTicks: [-4, -2, 0, 2, 4] });
    const dots = make("path", { class: "many-dots pairs" }, svg);
    const ellipse = make("path", { class: "ellipse" }, svg);
    const arms = make("g", { class: "arms" }, svg);
    if (part.arms && !turned) {
      for (const [sign, words] of [[1, "sum"], [-1, "difference"]]) {
        const far = 0.92 * FARTHEST;
        make("line", { x1: x(-far), y1: y(-sign * far), x2: x(far), y2: y(sign * far) }, arms);
        make("text", { class: "note", x: x(0.84 * FARTHEST), y: y(sign * 0.9 * FARTHEST) - 6, "text-anchor": "end", "font-size": size, text: words }, arms);
      }
    }
    parts = { x, y, dots, ellipse };
    show(h);
  };
  const show = (next) => {
    h = next;
    if (!parts) return;
    const { x, y, dots, ellipse } = parts;
    const [s, d] = spreads(h);
    // In the axes of sum and difference first; then back by what is left of the turn.
    const left = TURN - angle;
    const [cos, sin] = [Math.cos(left), Math.sin(left)];
    const place = (a, b) => [a * cos - b * sin, a * sin + b * cos];
    let path = "";
    for (let k = 0; k < m; k++) {
      const [a, b] = place(s * part.sum[k], d * part.difference[k]);
      path += `M${x(a).toFixed(1)},${y(b).toFixed(1)}h0`;
    }
    set(dots, { d: path });
    const xs = [];
    const ys = [];
    for (let k = 0; k <= 72; k++) {
      const turn = (k / 72) * 2 * Math.PI;
      const [a, b] = place(WITHIN_TWO * s * Math.cos(turn), WITHIN_TWO * d * Math.sin(turn));
      xs.push(a);
      ys.push(b);
    }
    set(ellipse, { d: line(xs, ys, x, y) });
    svg.setAttribute("aria-label", sibsWords(h, turned));
  };
  /** From the old axes to the new ones, once, where motion is wanted. */
  const turn = () => {
    if (!turned || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    angle = 0;
    let start = null;
    const step = (now) => {
      if (!svg.isConnected) return;
      start ??= now;
      const way = Math.min((now - start) / DURATION_OF_TURN, 1);
      angle = TURN * way * way * (3 - 2 * way);
      show(h);
      if (way < 1) requestAnimationFrame(step);
    };
    show(h);
    setTimeout(() => requestAnimationFrame(step), 500);
  };
  const take = () => ({
    name: turned ? "sum and difference of two sibs" : "two sibs",
    title: turned ? "The pairs in the new axes" : "Pairs of sibs",
    svg,
    table: {
      caption: sibsWords(h, turned),
      head: turned ? ["sum, over √2", "difference, over √2"] : ["one sib", "the other"],
      rows: Array.from(part.sum, (one, k) => {
        const [s, d] = spreads(h);
        const [a, b] = [s * one, d * part.difference[k]];
        return turned ? [a, b] : [(a - b) / Math.SQRT2, (a + b) / Math.SQRT2];
      }),
    },
  });
  return { show, resize, turn, place: parent, take };
}

/** What the picture says at an h. */
export function sibsWords(h, turned) {
  const shape = h === 0 ? "a circle" : turned ? "along the axes" : "tilted by 45°";
  return `A cloud of pairs of sibs and its ellipse at h = ${hOf(h)}: ${shape}.`;
}

/** Under the picture, before and after the turn. */
export function sibsCaption(h, revealed) {
  const start = `h = ${hOf(h)}. The ellipse: where 95 of 100 pairs lie.`;
  if (!revealed) return start;
  const [s, d] = spreads(h);
  return `${start} In the new axes the variance of the sum is ${number(s * s, 3)}, of the difference ${number(d * d, 3)}, in units of v.`;
}
