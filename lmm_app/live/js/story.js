// The question that the page opens with: what each h answers, the estimate and its bar over the h.

import { variance } from "../twin/twin.js";
import { fitAt, heightOf } from "./fitted.js";
import { axes, html, laid, make, scale, set } from "./svg.js";
import { tailsOf } from "./tails.js";
import { number, plusMinus, share } from "./words.js";

const LEVEL = 0.05;
// Within this of the top, in log-likelihood, an h is as good as any.
const CLOSE = 1.92;
const TRIED = 51;

/** The sentence, the picture of the estimate, and the turn; `show(h)` moves them. */
export function storyPanel(toldPlace, place, picture, options, inHand) {
  const { story, fit, method } = picture;
  const told = html("p", "answer", "", toldPlace);
  told.setAttribute("aria-live", "polite");
  const turn = html("p", "turn", "", toldPlace);
  turn.textContent = story.turn;
  // It is said when h has been at its best, and room is kept for it.
  turn.style.visibility = "hidden";
  const withColumn = story.column !== undefined;
  const svg = withColumn ? make("svg", { role: "img" }, place) : null;
  let parts = null;
  let h = 0;

  const effect = (at) => {
    const found = fitAt(fit, at);
    const b = found.beta[story.column];
    const se = Math.sqrt(variance(fit.twin, found, "REML") * found.unscaled[story.column]);
    return { b, se, p: tailsOf(b / se, story.df) };
  };
  const sentence = (at) => {
    const home = inHand.estimate !== null && at === inHand.estimate;
    if (!withColumn) return aboutH(at, home);
    const { b, se, p } = effect(at);
    const numbers = `${plusMinus(b, se)}, ${pWords(p)}.`;
    const answer = p < LEVEL ? story.words.yes : story.words.no;
    if (home) return `${story.words.home} ${numbers} ${answer}`;
    if (inHand.estimate === null) return `${story.words.home} ${numbers}`;
    if (at === 0) return `h = 0, ordinary regression: ${numbers} ${answer}`;
    return `h = ${share(at)}: ${numbers}`;
  };
  const aboutH = (at, home) => {
    if (home || inHand.estimate === null) return story.words.home;
    const below = -heightOf(fit, method, at);
    const far = below > CLOSE ? " The data speak against it." : "";
    if (at === 0) return `h = 0: relatives are no more alike than strangers. The curve lies ${number(below, 3)} below its top.${far}`;
    return `h = ${share(at)}: ${number(below, 3)} below the top.${far}`;
  };

  const resize = () => {
    if (!withColumn) return;
    const { size } = options;
    const { width, box } = laid(svg, place, 260, 8.2 * size, { left: 4.4 * size, top: 1.5 * size, right: 34, bottom: 3.1 * size });
    const [lo, hi] = reach(effect, story.quantile);
    const x = scale(lo, hi, box.left, box.right);
    const y = scale(0, 1, box.bottom, box.top);
    axes(svg, box, x, y, { size, yTicks: [], grid: "x", xTitle: story.words.axis });
    make("line", { class: "vertical zero", x1: x(0), x2: x(0), y1: box.top, y2: box.bottom }, svg);
    make("text", { class: "note", x: x(0), y: box.top - 5, "text-anchor": "middle", "font-size": size - 1, text: story.words.zero }, svg);
    const before = effect(0);
    const ordinary = make("g", { class: "ordinary" }, svg);
    bar(ordinary, before, x, y(0.22), story.quantile, size);
    if (inHand.estimate !== null) {
      // Beside its bar, on a side that has room.
      const half = story.quantile * before.se;
      const words = "ordinary regression";
      const room = 0.55 * size * words.length + 8;
      const right = x(before.b + half) + room < width;
      const left = x(before.b - half) - room > 0;
      const at = right ? x(before.b + half) + 8 : x(before.b - half) - 8;
      if (right || left) make("text", { class: "note", x: at, y: y(0.22) + 0.35 * size, "text-anchor": right ? "start" : "end", "font-size": size - 1, text: words }, svg);
    }
    const here = make("g", { class: "effect" }, svg);
    bar(here, before, x, y(0.72), story.quantile, size);
    parts = { x, here, at: y(0.72) };
    show(h);
  };
  const show = (at) => {
    h = at;
    told.textContent = sentence(at);
    if (inHand.estimate === null || at === inHand.estimate) turn.style.visibility = "visible";
    if (!parts) return;
    const found = effect(at);
    bar(parts.here, found, parts.x, parts.at, story.quantile, options.size);
    parts.here.classList.toggle("clear", found.p < LEVEL);
    svg.setAttribute("aria-label", `${story.words.axis}, with its 95% interval. ${told.textContent}`);
  };
  const take = () => ({
    name: "estimate by h",
    title: picture.story.words.axis ?? "The estimate at every h",
    svg,
    table: {
      caption: svg?.getAttribute("aria-label"),
      head: ["h", "estimate", "standard error", "p"],
      rows: Array.from({ length: 101 }, (_, k) => k / 100).map((one) => {
        const { b, se, p } = effect(one);
        return [one, b, se, p];
      }),
    },
  });
  const begin = () => (turn.style.visibility = "hidden");
  return { show, resize, place, begin, take: withColumn ? take : null };
}

/** p for a sentence: two significant digits, at most three decimals. */
export function pWords(p) {
  if (p < 0.001) return "p < 0.001";
  return `p = ${p.toFixed(p >= 0.0995 ? 2 : 3)}`;
}

/** From where to where the bars of all h go, and 0. */
function reach(effect, quantile) {
  let [lo, hi] = [0, 0];
  for (let k = 0; k < TRIED; k++) {
    const { b, se } = effect(Math.min(k / (TRIED - 1), 0.99));
    if (!Number.isFinite(b) || !Number.isFinite(se)) continue;
    lo = Math.min(lo, b - quantile * se);
    hi = Math.max(hi, b + quantile * se);
  }
  const room = 0.06 * (hi - lo) || 1;
  return [lo - room, hi + room];
}

/** An estimate and its bar at a height. */
function bar(group, { b, se }, x, y, quantile, size) {
  if (!group.children.length) {
    make("line", {}, group);
    make("circle", { r: 0.42 * size }, group);
  }
  const known = Number.isFinite(se);
  set(group.children[0], { x1: x(b - quantile * (known ? se : 0)), x2: x(b + quantile * (known ? se : 0)), y1: y, y2: y });
  set(group.children[1], { cx: x(b), cy: y });
}
