// The band: rotated residuals against √λ, and how far each of them should scatter at an h.

import { variance } from "../twin/twin.js";
import { cloudOf } from "./cloud.js";
import { fitAt, heightOf, weightOf } from "./fitted.js";
import { sumWords } from "./rotated.js";
import { axes, clipTo, html, laid, make, scale, set } from "./svg.js";
import { number } from "./words.js";

// 95 of 100 normal values lie within so many standard deviations.
const WITHIN = 1.96;
// From the smallest mark that is seen to the largest that leaves room for others, in px.
const [FINE, BOLD] = [1.6, 15];
// h at which the axis must hold every point.
const TRIED_FOR_AXIS = 101;
// A variance so small beside the largest is none.
const NO_VARIANCE = 1e-3;

/** Rotated residuals at an h: their spread, what lies outside, and each one's part of ML's ℓ. */
export function bandAt(fit, method, h) {
  const found = fitAt(fit, h);
  const v = variance(fit.twin, found, method);
  const ml = variance(fit.twin, found, "ML");
  const n = found.d.length;
  const half = new Float64Array(n);
  const outside = new Uint8Array(n);
  for (let i = 0; i < n; i++) {
    half[i] = found.d[i] > 0 ? WITHIN * Math.sqrt(v * found.d[i]) : 0;
    outside[i] = found.d[i] > 0 && Math.abs(found.residuals[i]) > half[i] ? 1 : 0;
  }
  const part = (i) => -0.5 * (Math.log(2 * Math.PI * ml * found.d[i]) + found.residuals[i] ** 2 / (ml * found.d[i]));
  return { v, half, outside, part, residuals: found.residuals, w: found.w };
}

/** Points outside, of those with a large λ and of the others. */
export function tally(outside, values, cut) {
  const found = { right: [0, 0], left: [0, 0] };
  for (let i = 0; i < values.length; i++) {
    const side = values[i] > cut ? found.right : found.left;
    side[0] += outside[i];
    side[1] += 1;
  }
  return found;
}

/** What the picture says at an h. */
export function bandWords(h, outside, values, cut) {
  const { right, left } = tally(outside, values, cut);
  const counted =
    left[1] && right[1]
      ? `${right[0]} of ${many(right[1], "point")} on the right ${right[0] === 1 ? "lies" : "lie"} outside the band, and ${left[0]} of ${left[1].toLocaleString("en")} on the left`
      : `${right[0] + left[0]} of ${many(right[1] + left[1], "point")} ${right[0] + left[0] === 1 ? "lies" : "lie"} outside the band`;
  return `h = ${hOf(h)}: ${counted}. About 5 in 100 are expected.`;
}

/** An h for a sentence: two decimals, and more where two would make it 0 or 1. */
export function hOf(h) {
  if (h === 0 || h === 1) return String(h);
  let decimals = 2;
  while (decimals < 12 && [0, 1].includes(Number(h.toFixed(decimals)))) decimals++;
  return h.toFixed(decimals);
}

const many = (count, word) => `${count.toLocaleString("en")} ${word}${count === 1 ? "" : "s"}`;

/** The picture; `show(h)` opens and closes the band. */
export function bandPanel(parent, toldPlace, picture, options, inHand) {
  const { band, fit, method } = picture;
  const { values } = fit.twin;
  const n = values.length;
  const roots = Float64Array.from(values, (value) => Math.sqrt(Math.max(value, 0)));
  const widest = roots.reduce((most, one) => Math.max(most, one), 0) || 1;
  const reach = reachOfBand(fit);
  const svg = make("svg", { role: "img" });
  const choose = (i) => {
    chosen = i;
    cloud.draw(chosen);
    describe();
  };
  const cloud = cloudOf(parent, svg, n, choose, true);
  const words = html("p", "answer-line", "", toldPlace);
  words.setAttribute("aria-live", "polite");
  const hover = html("p", "hover", "", toldPlace);
  let parts = null;
  let h = 0;
  let chosen = -1;

  const describe = () => {
    if (chosen < 0) {
      hover.textContent = "Point at a mark to see which individuals it adds up.";
      return;
    }
    const { w, part } = bandAt(fit, method, h);
    const little = values[chosen] < NO_VARIANCE * widest ** 2 ? " It has almost no genetic variance." : "";
    const home = band.parts === "both" && inHand.estimate !== null ? `, ${number(bandAt(fit, method, inHand.estimate).part(chosen), 3)} at ĥ` : "";
    const told = band.parts ? ` Its part of ℓ${method === "REML" ? ", by ML" : ""}: ${number(part(chosen), 3)} now${home}.` : "";
    hover.textContent = `${sumWords(band.directions, chosen)} λ = ${number(values[chosen], 3)}, weight ${number(w[chosen], 3)}.${little}${told}`;
  };
  const resize = () => {
    const { size, height } = options;
    const { width, box } = laid(svg, parent, 260, height, { left: 4.4 * size, top: 10, right: 12, bottom: 3.1 * size });
    const x = scale(0, 1.05 * widest, box.left, box.right);
    const y = scale(-reach, reach, box.bottom, box.top);
    axes(svg, box, x, y, { size, xTitle: "√λ, square root of the eigenvalue", yTitle: "rotated residual" });
    const inside = make("path", { class: "within", "clip-path": clipTo(svg, box) }, svg);
    make("line", { class: "vertical zero", x1: box.left, x2: box.right, y1: y(0), y2: y(0) }, svg);
    cloud.resize(width, height);
    parts = { x, y, inside };
    show(h);
  };
  const show = (next) => {
    h = next;
    if (!parts) return;
    const { x, y, inside } = parts;
    const at = bandAt(fit, method, h);
    set(inside, { d: edge(h, at.v, widest, x, y) });
    const plain = Math.min(Math.max(62 / Math.sqrt(n), FINE), 5) * (options.size / 13);
    const total = weightOf(at);
    for (let i = 0; i < n; i++) {
      // Weighed, the ink of all marks together is the same at every h: weights share it out.
      const r = band.weighed && at.w[i] < Infinity ? Math.sqrt((at.w[i] * n) / total) * plain : plain;
      cloud.r[i] = Math.min(Math.max(r, FINE), BOLD);
      cloud.x[i] = x(roots[i]);
      cloud.y[i] = y(Math.min(Math.max(at.residuals[i], -reach), reach));
      cloud.flags[i] = at.outside[i];
    }
    cloud.draw();
    words.textContent = captionOf(h, at);
    svg.setAttribute("aria-label", altOf(h, at));
    describe();
  };
  const captionOf = (at, found) => {
    const caption = bandWords(at, found.outside, values, band.cut);
    if (!band.loglik) return caption;
    const height = heightOf(fit, method, at) + fit.tops[method];
    return `ℓ = ${number(height, 5)}. ${caption}`;
  };
  const altOf = (at, { half, outside }) => {
    const [narrow, wide] = [half.reduce((a, b) => Math.min(a, b), Infinity), half.reduce((a, b) => Math.max(a, b), 0)];
    const open = wide - narrow <= 1e-9 * wide ? "equally wide everywhere" : narrow > 0 ? `${number(wide / narrow, 2)} times as wide at the largest λ as at the smallest` : "closed where λ is 0";
    const out = outside.reduce((a, b) => a + b, 0);
    return `${many(n, "rotated residual")} against √λ at h = ${hOf(at)}. The band is ${open}; ${out} of ${many(n, "point")} ${out === 1 ? "lies" : "lie"} outside.`;
  };
  const take = () => {
    const found = bandAt(fit, method, h);
    return {
      name: "the band",
      title: `The band at h = ${hOf(h)}`,
      svg: cloud.taken(),
      table: {
        caption: altOf(h, found),
        head: ["rotated observation", "λ", "rotated residual", "half the band", "outside", "weight"],
        rows: Array.from(values, (_, k) => n - 1 - k).map((i) => [n - i, values[i], found.residuals[i], found.half[i], found.outside[i] ? "yes" : "no", found.w[i]]),
      },
    };
  };
  return { show, resize, follow: cloud.follow, place: parent, take };
}

/** The band as a closed path. */
function edge(h, v, widest, x, y) {
  const steps = 60;
  const upper = [];
  const lower = [];
  for (let k = 0; k <= steps; k++) {
    const root = (1.05 * widest * k) / steps;
    const half = WITHIN * Math.sqrt(v * Math.max(h * root * root + 1 - h, 0));
    upper.push(`${x(root).toFixed(1)},${y(half).toFixed(1)}`);
    lower.unshift(`${x(root).toFixed(1)},${y(-half).toFixed(1)}`);
  }
  return `M${upper.join("L")}L${lower.join("L")}Z`;
}

/** Half the axis of the residuals: it holds every point at every h, so that the band moves and not the axis. */
function reachOfBand(fit) {
  let reach = 0;
  for (let k = 0; k < TRIED_FOR_AXIS; k++)
    for (const one of fitAt(fit, Math.min(k / (TRIED_FOR_AXIS - 1), 0.99)).residuals) reach = Math.max(reach, Math.abs(one));
  return 1.08 * reach || 1;
}
