// Products and an entry of K that are filled in by hand, each judged as it is written.

import { multiplied } from "../twin/relate.js";
import { CLOSE_BY, inCell, tableIn } from "./cells.js";
import { html } from "./svg.js";

const bracketed = (value) => (value < 0 ? `(${inCell(value)})` : inCell(value));

/** What is filled in by hand: every product and the entry, each judged as it is written. */
export function filledIn(parent, { names, m, pair }, counts) {
  const n = names.length;
  const z = multiplied(counts, n, m, "centred");
  const [one, other] = pair;
  const of = (from, k) => from[one * m + k] * from[other * m + k];
  const sumOf = (from) => Array.from({ length: m }, (_, k) => of(from, k)).reduce((a, b) => a + b, 0);
  const { rows, cell } = tableIn(parent, `K of ${names[one]} and ${names[other]}: fill it in`, [`${names[one]} less the mean`, `${names[other]} less the mean`, "product"], Array.from({ length: m }, (_, k) => `${k + 1}`), "sum");
  for (let k = 0; k < m; k++) {
    cell(rows[0]).textContent = inCell(z[one * m + k]);
    cell(rows[1]).textContent = inCell(z[other * m + k]);
  }
  const last = html("p", "choices", "", parent);
  const says = html("p", "says", "Write a number, and it is judged as you write.", parent);
  says.setAttribute("aria-live", "polite");
  const asked = (within, named, right, hint) => {
    const input = html("input", "", "", within);
    input.type = "text";
    input.inputMode = "decimal";
    input.setAttribute("aria-label", named);
    input.oninput = () => {
      const value = readNumber(input.value);
      const [known, good] = [!Number.isNaN(value), Math.abs(value - right) < CLOSE_BY];
      input.classList.toggle("right", good);
      input.classList.toggle("wrong", known && !good);
      if (known) input.setAttribute("aria-invalid", String(!good));
      else input.removeAttribute("aria-invalid");
      says.textContent = !known ? "" : good ? `✓ ${named}: ${inCell(right, 3)}.` : `✗ ${named}: ${hint(value)}`;
    };
  };
  for (let k = 0; k < m; k++) asked(cell(rows[2]), `product at marker ${k + 1}`, of(z, k), (value) => hintOfProduct(value, z[one * m + k], z[other * m + k], of(counts, k)));
  last.append(`K of ${names[one]} and ${names[other]} = `);
  asked(last, "K", sumOf(z) / m, (value) => hintOfEntry(value, sumOf(z), m, sumOf(counts)));
}

/** Why a product is wrong. */
export function hintOfProduct(value, one, other, raw) {
  const near = (wanted) => Math.abs(value - wanted) < CLOSE_BY;
  if (near(-one * other)) return "the size is right. On the same side of the mean the product is positive, on different sides negative.";
  if (near(raw)) return "that is the product of the counts. Take the mean off each of them first.";
  if (near(one + other)) return "that is the sum. Multiply the two numbers above.";
  return `multiply the two numbers above, ${bracketed(one)} × ${bracketed(other)}.`;
}

/** Why an entry is wrong. */
export function hintOfEntry(value, sum, m, raw) {
  const near = (wanted) => Math.abs(value - wanted) < CLOSE_BY;
  if (near(sum)) return `that is the sum. Divide it by the ${m} markers.`;
  if (near(raw / m) || near(raw)) return "that is of the counts. Take the mean off each of them first.";
  if (near(-sum / m)) return "the size is right, the sign is not.";
  return `add up the ${m} products, and divide by ${m}.`;
}

/** A number as people write it: a decimal comma, a true minus sign, a fraction; NaN if it is none. */
export function readNumber(text) {
  const [top, below = "1", ...more] = text.trim().replace(",", ".").replace("−", "-").split("/");
  return more.length || !top.trim() || !below.trim() ? NaN : Number(top) / Number(below);
}
