// A lineup: twenty small panels, one of the data and the others of draws, looked at in two ways.

import { html, legendIn, make, scale, set } from "./svg.js";

// Panels side by side where there is room, and where there is not.
const [ABREAST, FEW] = [5, 4];
const NARROW_LINEUP = 430;
// The lines between which 95 of 100 normal values lie.
const BOUND = 1.96;
const PANELS_SHEET = `
.panel { fill: var(--st-background-color); stroke: color-mix(in srgb, var(--st-text-color) 30%, transparent); stroke-width: 1; }
.lined { fill: none; stroke: var(--soft); stroke-width: 1; stroke-dasharray: 3 3; }
.specks { fill: none; stroke: var(--points); stroke-width: 3; stroke-linecap: round; stroke-opacity: 0.75; } .specks.many { stroke-width: 2; stroke-opacity: 0.5; }
g.one { cursor: pointer; } g.one:hover .panel { stroke: var(--st-primary-color); stroke-width: 2; }
.told g.one { cursor: default; }
g.one.pick .panel { stroke: var(--guess); stroke-width: 3; stroke-dasharray: 6 3; } g.one.own .panel { stroke: var(--estimate); stroke-width: 4; stroke-dasharray: none; }
svg text.name { fill: var(--st-text-color); paint-order: stroke; stroke: var(--st-background-color); stroke-width: 3px; } g.one:is(.own, .pick) text.name { font-weight: 700; }
.views { margin-bottom: 0.45rem; } .board .legend + .body { margin-top: 0.3rem; }
.views button[aria-pressed=true] { background: var(--st-primary-color); border-color: var(--st-primary-color); color: var(--st-background-color); font-weight: 600; }
.projector .specks { stroke-width: 4; } .projector .specks.many { stroke-width: 3; } .projector .axis-words { display: none; }
`;

/** The picture; the panel that is clicked is told to Python. */
export function lineupPanel(parent, picture, options, _, drawn) {
  const { lineup } = picture;
  const { count, right, start } = lineup;
  const { views, numbers } = lineup.seen;
  let view = 0;
  let picked = null;
  html("style", "", PANELS_SHEET, parent);
  const row = html("div", "stepper views", "", parent);
  row.setAttribute("role", "group");
  row.setAttribute("aria-label", "How the panels are looked at");
  const buttons = views.map(({ title }, k) => {
    const button = html("button", "", title, row);
    button.type = "button";
    button.onclick = () => {
      view = k;
      draw();
    };
    return button;
  });
  const key = right === null ? null : framesIn(parent);
  const svg = make("svg", { role: "img" }, html("div", "body", "", parent));
  const words = html("p", "note axis-words", "", parent);
  svg.classList.toggle("told", right !== null);

  const draw = () => {
    const { size, height } = options;
    const { x, y, lo, hi, reach, line, across, up, title } = views[view];
    const m = x.length;
    const width = Math.max(240, parent.clientWidth);
    const columns = width < NARROW_LINEUP ? FEW : ABREAST;
    const rows = Math.ceil(count / columns);
    const tall = width < NARROW_LINEUP ? 1.25 * height : height;
    const gap = 0.5 * size;
    const [wide, high] = [(width - gap * (columns - 1)) / columns, (tall - gap * (rows - 1)) / rows];
    set(svg, { width, height: tall });
    svg.replaceChildren();
    buttons.forEach((button, k) => button.setAttribute("aria-pressed", String(k === view)));
    for (let k = 0; k < count; k++) {
      const [left, top] = [(k % columns) * (wide + gap), Math.floor(k / columns) * (high + gap)];
      const own = k === right;
      const pick = `${k + 1}` === picked;
      const group = make("g", { class: `one${own ? " own" : ""}${pick ? " pick" : ""}`, "data-panel": k + 1 }, svg);
      make("rect", { class: "panel", x: left + 1, y: top + 1, width: wide - 2, height: high - 2, rx: 3 }, group);
      const sx = scale(lo, hi, left + 4, left + wide - 4);
      const sy = scale(-reach, reach, top + high - 4, top + 4);
      const straight = Math.min(hi, reach);
      const low = Math.max(lo, -reach);
      const lines = line ? `M${sx(low)},${sy(low)}L${sx(straight)},${sy(straight)}` : [BOUND, -BOUND].filter((one) => Math.abs(one) < reach).map((one) => `M${left + 4},${sy(one)}H${left + wide - 4}`).join("");
      make("path", { class: "lined", d: lines }, group);
      let d = "";
      for (let i = 0; i < m; i++) d += `M${sx(x[i]).toFixed(1)},${sy(y[k * m + i]).toFixed(1)}h0`;
      make("path", { class: m > 150 ? "specks many" : "specks", d }, group);
      const name = `${k + 1}${own ? " · yours" : ""}`;
      make("text", { class: "name", x: left + 6, y: top + size + 2, "font-size": size - 1, text: name }, group);
      group.addEventListener("click", () => right === null && drawn.pick?.(k + 1));
    }
    words.textContent = `${across[0].toUpperCase()}${across.slice(1)}; ${up}.`;
    const each = numbers.map((one, k) => `Panel ${k + 1}${k === right ? ", your data" : ""}: ${one}.`).join(" ");
    svg.setAttribute("aria-label", `${count} panels, ${title}. ${words.textContent} ${each}`);
    if (key) key(picked !== null && picked !== `${right + 1}`);
  };
  /** The pick, by its code: a turn, and the number of a panel. */
  const follow = (next) => {
    picked = next.picked_panel ? next.picked_panel.slice(start) : null;
    draw();
  };
  const take = () => ({
    name: "lineup",
    title: `A lineup: ${views[view].title}`,
    svg,
    table: {
      caption: `${count} panels. ${words.textContent}`,
      head: ["panel", "across", "up"],
      rows: Array.from(views[view].y, (one, i) => [Math.floor(i / views[view].x.length) + 1, views[view].x[i % views[view].x.length], one]),
    },
  });
  return { resize: draw, follow, place: parent, take };
}

/** Which frame means what, once it may be told; a pick that was wrong has one of its own. */
function framesIn(parent) {
  const entry = legendIn(parent, 22, 16);
  const framed = (words, name) => {
    const mark = make("g", { class: `one ${name}` }, entry(words));
    make("rect", { class: "panel", x: 2, y: 2, width: 18, height: 12, rx: 2 }, mark);
    return mark.closest("li");
  };
  framed("your data", "own");
  const wrong = framed("your pick", "pick");
  return (shown) => (wrong.style.display = shown ? "" : "none");
}
