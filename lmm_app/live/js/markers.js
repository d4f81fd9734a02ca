// How K is made: a small table of genotypes, the products of one pair, and K, all under the hand.
// Sent by a page that shows it, not with every page.

import { dividedBy, kinshipOf, multiplied } from "../twin/relate.js";
import { CLOSE_BY, inCell, entriesIn, genotypesIn, sumIn, valuesIn } from "./cells.js";
import { filledIn } from "./filled.js";
import { html, make } from "./svg.js";

// The side of a cell in a picture that is taken, in px.
const CELL = 46;
const OF_MARKERS = `
.board[data-board="markers"] { grid-template-columns: minmax(0, 1fr); }
.mk { display: grid; gap: 0.9rem 1.8rem; grid-template-columns: minmax(0, 1fr); align-items: start; }
@container (min-width: 500px) { .mk { grid-template-columns: max-content minmax(0, 1fr); } .mk > .wide { grid-column: 1 / -1; } }
@container (min-width: 900px) { .mk > .wide { grid-column: 2; } .mk > .wide.choices { grid-column: 1 / -1; } .mk > .genotypes { grid-column: 1; grid-row: span 4; } .mk { row-gap: 0.5rem; } }
.mk table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
.mk caption { text-align: left; white-space: nowrap; font-size: 0.9rem; font-weight: 600; padding-bottom: 0.25rem; color: var(--st-heading-color); }
.mk :is(th, td) { text-align: center; padding: 0.12rem 0.2rem; font-weight: 400; }
.mk th { color: var(--soft); } .mk th[scope="row"] { text-align: right; padding-right: 0.6rem; white-space: nowrap; }
.mk tr.chosen th { color: var(--st-text-color); font-weight: 700; }
.mk tr.below > * { border-top: 1px solid var(--soft); color: var(--soft); }
.mk .geno { font: inherit; color: inherit; min-width: 2.3rem; min-height: 1.75rem; padding: 0; background: var(--st-secondary-background-color); border: 1px solid color-mix(in srgb, var(--st-text-color) 35%, transparent); border-radius: 0.35rem; cursor: ns-resize; touch-action: none; }
.mk tr.chosen .geno { border-color: var(--st-text-color); font-weight: 700; }
.mk .entries { table-layout: fixed; width: 100%; max-width: 34rem; } .mk .entries :is(tr > :first-child) { width: 1.6rem; } .mk .entries td { height: 1.75rem; padding: 0; border: 1px solid var(--st-background-color); cursor: pointer; background: color-mix(in srgb, var(--tint) var(--much), var(--st-background-color)); }
.mk .entries td.own { box-shadow: inset 0 0 0 1px var(--soft); } .mk .entries td.now { box-shadow: inset 0 0 0 3px var(--st-text-color); font-weight: 700; }
.mk .sum td { min-width: 3.2rem; } .mk .sum .last { font-weight: 700; }
.mk input[type="text"] { font: inherit; color: inherit; width: 3.4rem; text-align: center; padding: 0.15rem; background: var(--st-background-color); border: 1.5px solid var(--soft); border-radius: 0.35rem; }
.mk input.right { border-color: var(--estimate); box-shadow: inset 0 -3px 0 var(--estimate); } .mk input.wrong { border-color: var(--ml); box-shadow: inset 0 -3px 0 var(--ml); }
.mk .choices { display: flex; flex-wrap: wrap; gap: 0.35rem 1.1rem; align-items: center; }
.mk > .choices { padding-right: 2rem; } .mk .choices label { display: inline-flex; gap: 0.4rem; align-items: center; min-height: 1.8rem; }
.mk select { font: inherit; color: var(--st-text-color); background: var(--st-background-color); border: 1px solid var(--soft); border-radius: 0.35rem; padding: 0.15rem 0.3rem; }
.mk .values td.below-zero { color: color-mix(in oklab, var(--ml) 70%, var(--st-text-color)); font-weight: 700; }
.mk .sliding { overflow-x: auto; } .mk .says { min-height: 2.9em; margin: 0; }
.projector .mk { font-size: clamp(1rem, 1.55vw, 1.6rem); gap: 0.4rem 2.2rem; } .projector .mk .entries { max-width: none; } .projector .mk.asks { font-size: clamp(1.2rem, 2.3vw, 2.4rem); } .projector .mk.asks input { width: 4.5em; } .projector .mk .says { max-width: none; min-height: 0; } .projector .mk caption { font-size: 1em; } .projector .mk .entries td, .projector .mk .geno { height: 1.45em; min-height: 0; } .projector .mk :is(.valued.products, .products .choices, .products ~ .says) { display: none; } .projector .mk :is(th, td) { padding-top: 0; padding-bottom: 0; }
@container (max-width: 900px) { .mk .entries { font-size: 0.74rem; } .mk .entries th[scope="row"] { width: 1.2rem; padding-right: 0.3rem; } }
@container (max-width: 420px) { .mk .entries { font-size: 0.66rem; } .mk .sum { font-size: 0.8rem; } .mk .sum :is(th, td) { padding: 0.1rem; } }
 .narrow .mk .sum td { min-width: 0; } .narrow .mk input[type="text"] { width: 2.9rem; }
`;

/**
 * The panel of `picture.markers`: {names, counts (n × m), m, pair, way, ways, asks, free, floor,
 * values}. Where it `asks`, products and entry of the pair are filled in and K is not shown; where
 * it is `free`, genotypes are changed by hand.
 */
export function markersPanel(parent, picture) {
  const part = picture.markers;
  const { names, m } = part;
  const n = names.length;
  const counts = Int8Array.from(part.counts);
  let pair = [...part.pair];
  let way = part.way;
  let floor = false;
  html("style", "", OF_MARKERS, parent);
  const place = html("div", `mk ${part.asks ? "asks" : ""}`, "", parent);
  const drawn = [];
  const show = () => {
    const z = multiplied(counts, n, m, way);
    const state = { z, K: kinshipOf(counts, n, m, way, floor), over: dividedBy(counts, n, m, way), pair, way, floor, counts };
    drawn.forEach((draw) => draw(state));
  };
  const choose = (next) => {
    pair = next;
    show();
  };
  if (part.ways.length > 1 || part.floor) {
    const choices = html("div", "choices wide", "", place);
    if (part.ways.length > 1) waysIn(choices, part, (next) => show((way = next)));
    if (part.floor) floorIn(choices, (on) => show((floor = on)));
  }
  drawn.push(genotypesIn(html("div", "genotypes", "", place), part, counts, show));
  if (part.asks) filledIn(html("div", "", "", place), part, counts);
  else {
    drawn.push(entriesIn(html("div", "", "", place), part, choose));
    drawn.push(sumIn(html("div", `wide sliding products ${part.values ? "valued" : ""}`, "", place), part, choose));
    if (part.values) drawn.push(valuesIn(html("div", "wide sliding values-of", "", place), n));
    const says = html("p", "says wide", "", place);
    says.setAttribute("aria-live", "polite");
    drawn.push((state) => (says.textContent = saidOf(state, part)));
  }
  show();
  const take = () => taken(part, kinshipOf(counts, n, m, way, floor), `${part.ways.find(([code]) => code === way)[1]}${floor ? ", negative entries set to 0" : ""}`);
  return part.asks ? { place: parent } : { place: parent, take };
}

/** What is multiplied: counts, centred or standardised. */
function waysIn(parent, part, chosen) {
  const group = html("div", "choices", "", parent);
  group.setAttribute("role", "radiogroup");
  group.setAttribute("aria-label", "what is multiplied");
  const name = `way-${Math.random().toString(36).slice(2)}`;
  for (const [code, words] of part.ways) {
    const line = html("label", "", "", group);
    const input = html("input", "", "", line);
    Object.assign(input, { type: "radio", name, value: code, checked: code === part.way });
    line.append(words);
    input.onchange = () => chosen(code);
  }
}

function floorIn(parent, chosen) {
  const line = html("label", "", "", parent);
  const input = html("input", "", "", line);
  input.type = "checkbox";
  line.append("set negative entries to 0");
  input.onchange = () => chosen(input.checked);
}

/** What is said of the table as it stands. */
function saidOf({ K, pair, way, floor, values }, part) {
  const n = part.names.length;
  const own = Array.from({ length: n }, (_, i) => K[i * n + i]);
  const mean = own.reduce((a, b) => a + b, 0) / n;
  const [low, high] = [Math.min(...own), Math.max(...own)];
  if (values) {
    const below = values.filter((value) => value < -CLOSE_BY).length;
    const negative = K.filter((value) => value < -1e-12).length / 2;
    if (!floor) return negative ? `${negative} of ${(n * (n - 1)) / 2} pairs have a negative entry: they stand on different sides of the mean. No eigenvalue is below 0.` : "No pair has a negative entry.";
    return below ? `${below === 1 ? "One eigenvalue is" : `${below} eigenvalues are`} below 0: a weighted sum of these mice would have a negative variance. No model can have it.` : "With these genotypes no eigenvalue falls below 0. It is another K all the same.";
  }
  const row = Array.from({ length: n }, (_, j) => K[pair[0] * n + j]).reduce((a, b) => a + b, 0);
  const with_oneself = low === high ? `With oneself ${inCell(low, 3)} for everybody.` : `With oneself from ${inCell(low, 3)} to ${inCell(high, 3)}, ${inCell(mean, 3)} on average.`;
  if (way === "counts") return `Nothing is taken off, so no entry can be negative, and all seem related. ${with_oneself}`;
  return `Every row adds up to ${inCell(row, 2)}: the mean has been taken off. ${with_oneself}`;
}

/** K as a picture and as a table of its own. */
function taken({ names }, K, words) {
  const n = names.length;
  const side = (n + 1) * CELL;
  const caption = `K of ${n} mice, ${words}.`;
  const svg = make("svg", { width: side, height: side, "aria-label": caption });
  const largest = K.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-9);
  const text = (i, j, words) => make("text", { x: (j + 0.5) * CELL, y: (i + 0.62) * CELL, "text-anchor": "middle", "font-size": 13, text: words }, svg);
  names.forEach((name, i) => {
    text(0, i + 1, name);
    text(i + 1, 0, name);
    names.forEach((_, j) => {
      const value = K[i * n + j];
      make("rect", { x: (j + 1) * CELL, y: (i + 1) * CELL, width: CELL, height: CELL, style: `fill: var(--${value < 0 ? "ml" : "reml"}); fill-opacity: ${(0.6 * Math.abs(value)) / largest}` }, svg);
      text(i + 1, j + 1, inCell(value));
    });
  });
  return { name: "K of eight mice", title: caption, svg, table: { caption, head: ["", ...names], rows: names.map((name, i) => [name, ...names.map((_, j) => K[i * n + j])]) } };
}
