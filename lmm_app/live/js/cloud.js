// Many round marks on a canvas that lies under an SVG with the axes.

import { html, make, nearestTo } from "./svg.js";

// A mark further than this from the pointer, in px, is not meant.
const NEARBY = 18;
// A mark at an edge reaches so far out of the picture, in px.
const BLEED = 12;

/**
 * Marks for a picture in `parent`, whose svg is put on top. `x`, `y` and `r` have the place of
 * every mark in px, r = 0 where there is none: they are filled by the caller before `draw`. Of a
 * `flagged` cloud, `flags` is 1 for a mark that stands out. `choose` is told of another mark that
 * is pointed at, -1 for none.
 */
export function cloudOf(parent, svg, count, choose, flagged = false) {
  const figure = html("div", "cloud", "", parent);
  const canvas = html("canvas", "", "", figure);
  figure.append(svg);
  canvas.setAttribute("aria-hidden", "true");
  const context = canvas.getContext("2d");
  const [x, y, r] = [0, 0, 0].map(() => new Float32Array(count));
  const flags = flagged ? new Uint8Array(count) : null;
  let colors = null;
  let ratio = 0;
  let size = [0, 0];
  let chosen = -1;

  const resize = (width, height) => {
    size = [width + 2 * BLEED, height + 2 * BLEED];
    sharpen();
    recolor();
  };
  /** As many points of the canvas as the screen has under it. */
  const sharpen = () => {
    ratio = globalThis.devicePixelRatio || 1;
    canvas.width = Math.round(size[0] * ratio);
    canvas.height = Math.round(size[1] * ratio);
    canvas.style.width = `${size[0]}px`;
    canvas.style.height = `${size[1]}px`;
    canvas.style.left = canvas.style.top = `${-BLEED}px`;
    // As shares of the picture, for paper on which it is narrower.
    canvas.style.setProperty("--beside", BLEED / (size[0] - 2 * BLEED));
    canvas.style.setProperty("--above", BLEED / (size[1] - 2 * BLEED));
  };
  const recolor = () => {
    const style = getComputedStyle(figure);
    colors = { points: style.getPropertyValue("--points").trim(), guess: style.getPropertyValue("--guess").trim(), text: style.color };
  };
  const draw = (next = chosen) => {
    chosen = next;
    if (ratio !== (globalThis.devicePixelRatio || 1)) sharpen();
    context.setTransform(ratio, 0, 0, ratio, ratio * BLEED, ratio * BLEED);
    context.clearRect(-BLEED, -BLEED, ...size);
    context.fillStyle = context.strokeStyle = colors.points;
    context.lineWidth = 1;
    for (let i = 0; i < count; i++) if (r[i] > 0 && i !== chosen && !flags?.[i]) dot(i, 0.3);
    context.fillStyle = context.strokeStyle = colors.guess;
    for (let i = 0; flags && i < count; i++) if (r[i] > 0 && i !== chosen && flags[i]) dot(i, 0.85, 1);
    context.fillStyle = context.strokeStyle = flags?.[chosen] ? colors.guess : colors.points;
    if (chosen >= 0 && r[chosen] > 0) {
      context.strokeStyle = colors.text;
      context.lineWidth = 2;
      dot(chosen, 0.9);
    }
  };
  const dot = (i, filled, larger = 0) => {
    context.beginPath();
    context.arc(x[i], y[i], r[i] + larger, 0, 2 * Math.PI);
    context.globalAlpha = filled;
    context.fill();
    context.globalAlpha = 1;
    context.stroke();
  };
  const nearest = (event) => nearestTo(event, svg, count, NEARBY, (i) => (r[i] > 0 ? x[i] : NaN), (i) => y[i]);
  const point = (i) => i !== chosen && choose(i);
  svg.addEventListener("pointermove", (event) => point(nearest(event)));
  svg.addEventListener("pointerleave", () => point(-1));
  const follow = () => {
    recolor();
    draw();
  };
  /** The picture with the same marks as elements of it, over its axes, to be taken. */
  const taken = () => {
    const group = make("g", { fill: colors.points, "fill-opacity": 0.3, stroke: colors.points });
    for (let i = 0; i < count; i++)
      if (r[i] > 0) make("circle", { cx: x[i].toFixed(2), cy: y[i].toFixed(2), r: r[i].toFixed(2), ...(flags?.[i] ? { fill: colors.guess, stroke: colors.guess, "fill-opacity": 0.85 } : {}) }, group);
    const copy = svg.cloneNode(true);
    copy.querySelector(".axes").after(group);
    return copy;
  };
  return { x, y, r, flags, resize, draw, follow, taken };
}
