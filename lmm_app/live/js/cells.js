// The tables of a lesson: genotypes in the hand, K, the products of a pair, eigenvalues.

import { columnOf, eigenvaluesOf } from "../twin/relate.js";
import { html, label } from "./svg.js";

// The most copies of an allele, and by how many px a genotype is dragged to the next.
const [MOST_COPIES, DRAG] = [2, 18];
// What is written with two decimals may be off by half of the second.
export const CLOSE_BY = 0.005 + 1e-9;

/** A number as it is written in a cell. */
export const inCell = (value, digits = 2) => label(Number(value.toFixed(digits)));

/** The genotypes, each a button where they are in the hand, and what is taken off below. */
export function genotypesIn(parent, { names, m, free }, counts, changed) {
  const n = names.length;
  const { rows, cell } = tableIn(parent, "Genotypes at four markers", names, Array.from({ length: m }, (_, k) => `${k + 1}`));
  const cells = [];
  names.forEach((name, i) => {
    for (let k = 0; k < m; k++) {
      const td = cell(rows[i]);
      if (!free) {
        cells.push(td);
        continue;
      }
      const button = html("button", "geno", "", td);
      button.type = "button";
      cells.push(button);
      inHand(button, () => counts[i * m + k], (value) => {
        counts[i * m + k] = value;
        changed();
      });
    }
  });
  const body = rows[0].parentElement;
  const below = ["mean", "standard deviation"].map((words) => {
    const row = html("tr", "below", "", body);
    html("th", "", words, row).scope = "row";
    return { row, tds: Array.from({ length: m }, () => cell(row)) };
  });
  return ({ pair, way }) => {
    rows.forEach((row, i) => row.classList.toggle("chosen", pair.includes(i)));
    cells.forEach((one, at) => {
      const count = String(counts[at]);
      if (one.textContent !== count) one.textContent = count;
      if (free) one.setAttribute("aria-label", `mouse ${names[Math.floor(at / m)]}, marker ${(at % m) + 1}: ${count}`);
    });
    below[0].row.hidden = way === "counts";
    below[1].row.hidden = way !== "standardised";
    for (let k = 0; k < m; k++) {
      const { mean, spread } = columnOf(counts, n, m, k);
      below[0].tds[k].textContent = inCell(mean);
      below[1].tds[k].textContent = inCell(spread);
    }
  };
}

/** A press leads to the next genotype, arrow keys up and down, and a drag as far as it goes. */
function inHand(button, value, put) {
  let start = null;
  let dragged = false;
  const inside = (next) => Math.min(Math.max(next, 0), MOST_COPIES);
  button.onpointerdown = (event) => {
    if (event.button) return;
    button.setPointerCapture(event.pointerId);
    [start, dragged] = [{ y: event.clientY, value: value() }, false];
  };
  button.onpointermove = (event) => {
    if (!start) return;
    const steps = Math.round((start.y - event.clientY) / DRAG);
    dragged ||= steps !== 0;
    const next = inside(start.value + steps);
    if (dragged && next !== value()) put(next);
  };
  button.onpointerup = button.onpointercancel = () => (start = null);
  button.onclick = () => {
    if (!dragged) put((value() + 1) % (MOST_COPIES + 1));
    dragged = false;
  };
  button.onkeydown = (event) => {
    const by = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    put(inside(value() + by));
  };
}

/** K itself: its tint is the size of an entry, and a press chooses the pair. */
export function entriesIn(parent, { names }, choose) {
  const n = names.length;
  const { rows, cell } = tableIn(parent, "K", names, names, "entries");
  const cells = rows.flatMap((row, i) =>
    names.map((_, j) => {
      const td = cell(row);
      td.classList.toggle("own", i === j);
      td.onclick = () => choose([i, j]);
      return td;
    }),
  );
  return ({ K, pair }) => {
    const largest = K.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-9);
    cells.forEach((td, at) => {
      const words = inCell(K[at]);
      if (td.textContent !== words) td.textContent = words;
      td.style.setProperty("--tint", `var(--${K[at] < 0 ? "ml" : "reml"})`);
      td.style.setProperty("--much", `${(60 * Math.abs(K[at])) / largest}%`);
      td.classList.toggle("now", at === pair[0] * n + pair[1] || at === pair[1] * n + pair[0]);
    });
  };
}

/** The products of the pair that is chosen, their sum, and the entry. */
export function sumIn(parent, { names, m }, choose) {
  const pickers = html("div", "choices", "", parent);
  pickers.append("K of ");
  const picks = [0, 1].map((which) => {
    const select = html("select", "", "", pickers);
    select.setAttribute("aria-label", which ? "the other mouse" : "a mouse");
    names.forEach((name, i) => (html("option", "", name, select).value = i));
    if (!which) pickers.append(" and ");
    return select;
  });
  picks.forEach((select) => (select.onchange = () => choose(picks.map((one) => Number(one.value)))));
  const heads = [...Array.from({ length: m }, (_, k) => `marker ${k + 1}`), "sum", "over", "K"];
  const { rows, cell } = tableIn(parent, "", ["", "", "product"], heads, "sum");
  const cells = rows.map((row) => heads.map(() => cell(row)));
  cells[2].at(-1).className = "last";
  return ({ z, K, over, pair, floor }) => {
    const n = names.length;
    picks.forEach((select, which) => (select.value = pair[which]));
    let sum = 0;
    pair.forEach((i, which) => {
      rows[which].firstChild.textContent = names[i];
      for (let k = 0; k < m; k++) cells[which][k].textContent = inCell(z[i * m + k]);
    });
    for (let k = 0; k < m; k++) {
      const product = z[pair[0] * m + k] * z[pair[1] * m + k];
      sum += product;
      cells[2][k].textContent = inCell(product);
    }
    cells[2][m].textContent = inCell(sum);
    cells[2][m + 1].textContent = `${over}`;
    cells[2][m + 2].textContent = floor && sum < 0 ? `${inCell(sum / over)} → 0` : inCell(K[pair[0] * n + pair[1]], 3);
  };
}

/** The eigenvalues, with those below zero marked. */
export function valuesIn(parent, n) {
  const { rows, cell } = tableIn(parent, "Eigenvalues of K, the smallest first", ["λ"], Array.from({ length: n }, (_, i) => `${i + 1}`), "values");
  const cells = Array.from({ length: n }, () => cell(rows[0]));
  return (state) => {
    state.values = eigenvaluesOf(state.K, n);
    state.values.forEach((value, i) => {
      cells[i].textContent = inCell(value);
      cells[i].classList.toggle("below-zero", value < -CLOSE_BY);
    });
  };
}

/** A table with a caption, heads and rows: its rows, and what appends a cell to one. */
export function tableIn(parent, caption, names, heads, className = "") {
  const table = html("table", className, "", parent);
  if (caption) html("caption", "", caption, table);
  const top = html("tr", "", "", html("thead", "", "", table));
  html("td", "", "", top);
  for (const head of heads) html("th", "", head, top).scope = "col";
  const body = html("tbody", "", "", table);
  const rows = names.map((name) => {
    const row = html("tr", "", "", body);
    html("th", "", name, row).scope = "row";
    return row;
  });
  return { rows, cell: (row) => html("td", "", "", row) };
}
