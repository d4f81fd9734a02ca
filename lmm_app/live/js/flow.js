// The method as boxes: what each step needs, and what comes out of it.

import { make, set } from "./svg.js";

const WIDE = 560;
const BOX = { x: 190, width: 250, height: 46 };
const STEP_DOWN = 72;

/** The boxes of `part`, {boxes: [{needs, words, gives, chosen}], alt, loop}. */
export function flowPanel(parent, part, options) {
  const svg = make("svg", { role: "img", "aria-label": part.alt });
  parent.append(svg);
  const tall = part.boxes.length * STEP_DOWN + 10;
  const resize = () => {
    const width = Math.max(240, parent.clientWidth);
    const zoom = Math.min(width / WIDE, options.size > 15 ? options.height / tall : 1.25);
    set(svg, { width: zoom * WIDE, height: zoom * tall, viewBox: `0 0 ${WIDE} ${tall}` });
    svg.replaceChildren();
    part.boxes.forEach((box, k) => {
      const y = 8 + k * STEP_DOWN;
      const middle = y + BOX.height / 2;
      make("rect", { class: `flow-box ${box.chosen ? "chosen" : ""}`, x: BOX.x, y, width: BOX.width, height: BOX.height, rx: 8 }, svg);
      make("text", { class: "flow-words", x: BOX.x + BOX.width / 2, y: middle + 5, "text-anchor": "middle", "font-size": 15, text: box.words }, svg);
      if (box.needs) {
        make("text", { class: "title", x: 118, y: middle + 5, "text-anchor": "end", "font-size": 15, text: box.needs }, svg);
        arrow(126, middle, BOX.x - 4, middle);
      }
      if (box.gives) {
        arrow(BOX.x + BOX.width, middle, BOX.x + BOX.width + 34, middle);
        make("text", { class: "title", x: BOX.x + BOX.width + 40, y: middle + 5, "font-size": 15, text: box.gives }, svg);
      }
      if (k) arrow(BOX.x + BOX.width / 2, y - (STEP_DOWN - BOX.height), BOX.x + BOX.width / 2, y - 4);
    });
  };
  const arrow = (x1, y1, x2, y2) => {
    const down = y2 > y1;
    const head = down ? `M${x2 - 5},${y2 - 8}L${x2},${y2}L${x2 + 5},${y2 - 8}` : `M${x2 - 8},${y2 - 5}L${x2},${y2}L${x2 - 8},${y2 + 5}`;
    make("path", { class: "flow-arrow", d: `M${x1},${y1}L${x2},${y2}${head}` }, svg);
  };
  return { resize, place: parent };
}
