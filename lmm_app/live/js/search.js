// Brent's search, step by step: the controls, the bracket closing, and the distance that is left.

import { axes, html, laid, line, make, mark, scale } from "./svg.js";

const FACES = {
  first: "M3,2v10M12,2L5,7L12,12Z",
  back: "M11,2L4,7L11,12Z",
  play: "M3,1L13,7L3,13Z",
  pause: "M3,1h3v12h-3ZM9,1h3v12h-3Z",
  next: "M4,2L11,7L4,12Z",
  last: "M12,2v10M3,2L10,7L3,12Z",
};
const NAMES = {
  first: "First try",
  back: "One try back",
  play: "Play the search",
  next: "Next try",
  last: "The answer",
};

/** Whether a step is a value that the search tried, and no end or answer after it. */
function isTry({ kind }) {
  return kind !== "boundary" && kind !== "answer";
}

function face(button, name, words = "") {
  button.replaceChildren(make("svg", { viewBox: "0 0 15 14", width: 15, height: 14, "aria-hidden": "true" }));
  make("path", { class: "face", d: FACES[name] }, button.firstChild);
  if (words) html("span", "", words, button);
}

/** The buttons and the sentence of the current try; `changed(k)` is told of each move. */
export function stepper(parent, picture, changed) {
  const { steps } = picture.search;
  let k = picture.show.begin ? 1 : steps.length;
  let timer = null;
  const row = html("div", "stepper", "", parent);
  row.setAttribute("role", "group");
  row.setAttribute("aria-label", "Brent’s search, step by step");
  const buttons = {};
  // Where motion is not wanted, the search is gone through by hand.
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  for (const [name, words] of Object.entries(NAMES)) {
    if (still && name === "play") continue;
    const button = html("button", name, "", row);
    button.type = "button";
    button.title = words;
    button.setAttribute("aria-label", words);
    face(button, name, name === "play" ? "Play" : "");
    buttons[name] = button;
  }
  const words = html("p", "said", "", row);
  words.setAttribute("aria-live", "polite");
  const go = (next) => {
    k = Math.min(Math.max(next, 1), steps.length);
    buttons.first.disabled = buttons.back.disabled = k <= 1;
    buttons.next.disabled = buttons.last.disabled = k >= steps.length;
    // A button that is disabled under the finger would swallow the next key.
    if (row.getRootNode().activeElement?.disabled) (k <= 1 ? buttons.next : buttons.back).focus();
    words.textContent = steps.length ? steps[k - 1].words : picture.search.none;
    changed(k);
  };
  const stop = () => {
    clearInterval(timer);
    timer = null;
    if (still) return;
    face(buttons.play, "play", "Play");
    buttons.play.setAttribute("aria-label", NAMES.play);
  };
  const play = () => {
    if (timer) return stop();
    if (k >= steps.length) go(1);
    face(buttons.play, "pause", "Pause");
    buttons.play.setAttribute("aria-label", "Pause");
    timer = setInterval(() => {
      go(k + 1);
      if (k >= steps.length) stop();
    }, 900);
  };
  const by = (move) => () => {
    stop();
    go(move());
  };
  buttons.first.onclick = by(() => 1);
  buttons.back.onclick = by(() => k - 1);
  buttons.next.onclick = by(() => k + 1);
  buttons.last.onclick = by(() => steps.length);
  if (!still) {
    buttons.play.onclick = play;
    buttons.play.disabled = steps.length < 2;
  }
  row.onkeydown = (event) => {
    const moves = { ArrowLeft: () => k - 1, ArrowRight: () => k + 1, Home: () => 1, End: () => steps.length };
    if (event.key in moves) {
      event.preventDefault();
      by(moves[event.key])();
    }
  };
  return { go, play, stop, at: () => k };
}

/** A picture with a row for each step, laid anew: its width, its box and the places of the rows. */
function inRows(svg, parent, steps, { row, size }, least, left) {
  const rows = Math.max(5, steps.length);
  const height = rows * row + 3.2 * size + 8;
  const { width, box } = laid(svg, parent, least, height, { left, top: 6, right: 14, bottom: 3.2 * size });
  return { width, box, y: scale(0.4, rows + 0.6, box.top, box.bottom) };
}

/** One row a try: its bracket as a bar and its point as a mark, under the same axis of h. */
export function rowsPanel(parent, picture, options) {
  const { steps } = picture.search;
  const svg = make("svg", { role: "img", "aria-label": picture.search.alt }, parent);
  let rows = [];
  const resize = () => {
    const { size } = options;
    const { width, box, y } = inRows(svg, parent, steps, options, 260, 4.4 * size);
    const x = scale(-0.02, 1.02, box.left, box.right);
    const every = options.row * 1.05 < size ? 2 : 1;
    const xTicks = width < 420 ? [0, 0.25, 0.5, 0.75, 1] : undefined;
    axes(svg, box, x, y, {
      size, xTicks, yTicks: steps.filter(isTry).map((s) => s.i).filter((i) => (i - 1) % every === 0), grid: "x",
      xTitle: "h", yTitle: "try",
    });
    rows = steps.map((look) => {
      const group = make("g", {}, svg);
      if (isTry(look))
        make("line", { class: `bar ${picture.method}`, x1: x(look.lower), x2: Math.max(x(look.upper), x(look.lower) + 1), y1: y(look.i), y2: y(look.i) }, group);
      const shape = make("path", { class: `look ${picture.method}`, d: mark(look.kind, x(look.h), y(look.i), options.size * 0.38) }, group);
      make("title", { text: look.words }, shape);
      return group;
    });
  };
  const step = (k) => rows.forEach((row, i) => {
    row.setAttribute("visibility", i < k ? "visible" : "hidden");
    row.classList.toggle("last", i === k - 1);
  });
  const take = () => ({
    name: "the search, try by try",
    title: `Brent’s search by ${picture.method}, try by try`,
    svg,
    table: {
      caption: picture.search.alt,
      head: ["try", "step", "h", "log-likelihood, from the top", "bracket from", "bracket to"],
      rows: steps.map(({ i, kind, h, y, lower, upper }) => {
        const inside = isTry({ kind });
        const bracket = inside ? [lower, upper] : [null, null];
        return [inside ? i : null, picture.search.kinds[kind], h, y, ...bracket];
      }),
    },
  });
  return { resize, step, place: parent, take };
}

/** |h − ĥ| of every try on a logarithmic scale, in the same rows. */
export function distancePanel(parent, picture, options) {
  const { steps } = picture.search;
  const { lowest, highest } = picture.search.distance;
  const svg = make("svg", { role: "img", "aria-label": picture.search.distance.alt }, parent);
  let marks = [];
  const resize = () => {
    const { size } = options;
    const { box, y } = inRows(svg, parent, steps, options, 200, 14);
    const x = scale(lowest, highest, box.left, box.right, true);
    axes(svg, box, x, y, { size, yTicks: [], grid: "x", xTitle: "|h − ĥ| of each try, logarithmic" });
    const inside = steps.filter((s) => s.distance !== null && isTry(s));
    make("path", { class: "thread", d: line(inside.map((s) => s.distance), inside.map((s) => s.i), x, y) }, svg);
    marks = steps.map((look) => {
      if (!inside.includes(look)) return null;
      const shape = make("path", { class: `look ${picture.method}`, d: mark(look.kind, x(look.distance), y(look.i), size * 0.38) }, svg);
      make("title", { text: look.words }, shape);
      return shape;
    });
  };
  const step = (k) => marks.forEach((shape, i) => shape?.setAttribute("visibility", i < k ? "visible" : "hidden"));
  const take = () => ({
    name: "the distance of each try from the answer",
    title: "The distance of each try from the answer",
    svg,
    table: {
      caption: picture.search.distance.alt,
      head: ["try", "|h − ĥ|"],
      rows: steps.filter(isTry).map(({ i, distance }) => [i, distance ?? 0]),
    },
  });
  return { resize, step, place: parent, take };
}
