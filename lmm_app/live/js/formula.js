// The formulas with the numbers of the current position in them.

import { lineOf } from "./lines.js";
import { html } from "./svg.js";

/**
 * Lines of formulas: the name of one that the fit has at any h, or {title, pieces, note}, where a
 * string stands still and {f, of} has its text for every frame in `of`.
 */
export function formulaPanel(parent, picture) {
  const live = [];
  for (const line of picture.formulas) {
    const { title, pieces, note } = typeof line === "string" ? lineOf(line, picture.fit, picture.method) : line;
    const block = html("div", "formula", "", parent);
    if (title) html("span", "what", title, block);
    const row = html("div", "line", "", block);
    for (const piece of pieces) {
      if (typeof piece === "string") row.append(piece);
      else live.push([html("span", `live ${piece.f}`, "", row), textAt(piece.of)]);
    }
    if (note) html("span", "note", note, block);
  }
  const show = (at) => {
    for (const [element, text] of live) {
      const words = text(at);
      if (element.textContent !== words) element.textContent = words;
    }
  };
  return { show };
}

function textAt(of) {
  return typeof of === "function" ? of : (frame) => (Array.isArray(of) ? of[frame] : of);
}
