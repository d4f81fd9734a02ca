// The formulas with the numbers of the current h in them; Python wrote every number.

import { html } from "./svg.js";

/**
 * Lines of formulas. A line is a list of pieces: a string stands still, {f, of} is a number that
 * moves, `of` its text at every h, and its colour is that of the mark named by `f`.
 */
export function formulaPanel(parent, picture) {
  const live = [];
  for (const { title, pieces, note } of picture.formulas) {
    const block = html("div", "formula", "", parent);
    if (title) html("span", "what", title, block);
    const line = html("div", "line", "", block);
    for (const piece of pieces) {
      if (typeof piece === "string") line.append(piece);
      else live.push([html("span", `live ${piece.f}`, "", line), piece.of]);
    }
    if (note) html("span", "note", note, block);
  }
  const show = (frame) => {
    for (const [element, texts] of live) {
      const words = Array.isArray(texts) ? texts[frame] : texts;
      if (element.textContent !== words) element.textContent = words;
    }
  };
  return { show };
}
