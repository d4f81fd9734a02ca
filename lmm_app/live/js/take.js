// Every picture can be taken: as PNG, as SVG, and its numbers as a table and as CSV.
//
// A panel that can be taken has
//   place   the element that holds its picture: offerTake(panel.place, panel)
//   take()  what is shown now, {name, title, svg, legend, table}:
//     name    words for the names of files; they are reduced to letters that every system takes
//     title   words above the picture in its file
//     svg     the picture: a live svg in the page, or one made for this alone, with width, height
//             and aria-label, which is put into the page for a moment so that it is styled there;
//             or several, [{head, note, svg, over, alt}], which go one below the other: `over` are
//             further layers of one, and `alt` is said of it if it has no aria-label
//     legend  optional: the list in the page whose items each hold a small svg and words
//     table   {caption, head: [words, …], rows: [[cell, …], …]}; a cell is a number, words, or null
//             where there is none, and the first of a row says what the row is of
// A table that is open is filled again a moment after the last show(…), not with each of them.

import { addressOf, toPng, toSvg } from "./still.js";
import { html, make } from "./svg.js";

// Rows that are made at once: a screen reader walks them, and a browser must lay them out.
const AT_ONCE = 500;
// After so long without a movement, in ms, an open table is brought up to date.
const AT_REST = 400;
const NAME = "Take this picture";
const ARROW = "M8,2v8M4.5,6.8L8,10.3L11.5,6.8M2.5,13.5h11";

/** Put the control of a panel at its picture. */
export function offerTake(place, panel) {
  // A projector shows; what is taken, is taken at a desk.
  if (!panel.take || !place || place.closest(".projector")) return;
  const area = place.closest(".area") ?? place;
  area.classList.add("takes");
  const control = html("div", "take", "", area);
  const opener = pressable(control, "", ARROW);
  opener.setAttribute("aria-label", NAME);
  opener.title = NAME;
  const ways = html("div", "ways", "", control);
  ways.setAttribute("role", "group");
  ways.setAttribute("aria-label", NAME);
  const sheet = sheetOf(area, panel, () => told());
  const away = new AbortController();
  const told = () => table.setAttribute("aria-expanded", String(sheet.open()));
  const show = (on) => {
    ways.hidden = !on;
    opener.setAttribute("aria-expanded", String(on));
    if (on) document.addEventListener("pointerdown", outside, true);
    else document.removeEventListener("pointerdown", outside, true);
  };
  const outside = (event) => event.composedPath().includes(control) || show(false);
  const take = async (save) => {
    show(false);
    opener.focus();
    await save(panel.take());
  };
  pressable(ways, "PNG").onclick = () => take(async (taken) => saved(taken.name, "png", await toPng(textOf(taken, area))));
  pressable(ways, "SVG").onclick = () => take((taken) => saved(taken.name, "svg", addressOf("image/svg+xml", textOf(taken, area))));
  const table = pressable(ways, "Table");
  table.onclick = () => {
    show(false);
    sheet.toggle();
    if (!sheet.open()) opener.focus();
  };
  opener.onclick = () => show(ways.hidden);
  area.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || (ways.hidden && !sheet.holds(event.target))) return;
    if (ways.hidden) sheet.toggle();
    show(false);
    opener.focus();
  });
  control.addEventListener("focusout", ({ relatedTarget: next }) => next && !control.contains(next) && show(false));
  // A picture under it may be dragged, and this is not meant for it.
  control.addEventListener("pointerdown", (event) => event.stopPropagation());
  show(false);
  told();
}

/** The table under a picture: its rows are made when it is opened. */
function sheetOf(area, panel, changed) {
  let box = null;
  let shown = AT_ONCE;
  let timer = null;
  const close = () => {
    box.remove();
    box = null;
    shown = AT_ONCE;
    clearTimeout(timer);
    changed();
  };
  const fill = () => {
    const { title, table } = panel.take();
    const scroll = box.lastChild;
    const at = scroll.scrollTop;
    scroll.setAttribute("aria-label", `${title}: the numbers`);
    scroll.replaceChildren(tableOf(table, shown));
    scroll.scrollTop = at;
    const more = box.querySelector(".more");
    const left = table.rows.length - shown;
    more.hidden = left <= 0;
    more.textContent = `${Math.min(left, AT_ONCE).toLocaleString("en")} more of ${table.rows.length.toLocaleString("en")}`;
  };
  const open = () => {
    box = html("div", "taken", "", area);
    box.addEventListener("pointerdown", (event) => event.stopPropagation());
    const tools = html("div", "tools", "", box);
    pressable(tools, "CSV", ARROW).onclick = () => {
      const { name, table } = panel.take();
      saved(name, "csv", addressOf("text/csv", csvOf(table)));
    };
    const more = pressable(tools, "");
    more.classList.add("more");
    more.onclick = () => {
      shown += AT_ONCE;
      fill();
      if (more.hidden) box.lastChild.focus();
    };
    pressable(tools, "Close").onclick = () => {
      close();
      area.querySelector(".take button").focus();
    };
    const scroll = html("div", "scroll", "", box);
    scroll.setAttribute("role", "region");
    scroll.tabIndex = 0;
    fill();
    scroll.focus({ preventScroll: true });
    box.scrollIntoView({ block: "nearest" });
    changed();
  };
  const { show } = panel;
  if (show)
    panel.show = (at) => {
      show(at);
      clearTimeout(timer);
      if (box) timer = setTimeout(() => box?.isConnected && fill(), AT_REST);
    };
  return { open: () => box !== null, toggle: () => (box ? close() : open()), holds: (element) => Boolean(box?.contains(element)) };
}

function tableOf({ caption, head, rows }, count) {
  const table = html("table");
  const of = rows.length > count ? ` The first ${count.toLocaleString("en")} of ${rows.length.toLocaleString("en")} rows; the CSV file holds all.` : "";
  // A block of its own, which is no wider than what is seen of a wide table.
  html("span", "", caption + of, html("caption", "", "", table));
  const kinds = head.map((_, k) => {
    const known = rows.find((row) => row[k] !== null && row[k] !== undefined);
    return typeof known?.[k] === "number" ? "count" : "";
  });
  const top = html("tr", "", "", html("thead", "", "", table));
  head.forEach((words, k) => (html("th", kinds[k], words, top).scope = "col"));
  const body = html("tbody", "", "", table);
  for (const row of rows.slice(0, count)) {
    const line = html("tr", "", "", body);
    row.forEach((cell, k) => {
      const place = html(k ? "td" : "th", kinds[k], onScreen(cell), line);
      if (!k) place.scope = "row";
    });
  }
  return table;
}

/** A cell for the eye and the ear: six digits, a true minus sign. */
function onScreen(cell) {
  if (typeof cell === "string") return cell;
  if (cell === null || cell === undefined || Number.isNaN(cell)) return "–";
  const words = Number.isFinite(cell) ? String(Number.isInteger(cell) ? cell : Number(cell.toPrecision(6))) : `${cell < 0 ? "-" : ""}∞`;
  return words.replaceAll("-", "−");
}

/** A table as CSV, as Python writes it: all digits, and a tab before words that a spreadsheet would compute. */
function csvOf({ head, rows }) {
  const cellOf = (cell) => {
    if (cell === null || cell === undefined || Number.isNaN(cell)) return "NA";
    if (typeof cell === "number") return Number.isFinite(cell) ? digitsOf(cell) : cell < 0 ? "-Inf" : "Inf";
    const words = /^[=+\-@]/.test(cell) ? `\t${cell}` : cell;
    return /[",\r\n\t]/.test(words) ? `"${words.replaceAll('"', '""')}"` : words;
  };
  return [head, ...rows].map((row) => row.map(cellOf).join(",")).join("\n") + "\n";
}

/** The fewest digits that give a number again: of a short float not those that were never in it. */
function digitsOf(value) {
  if (Math.fround(value) !== value || Number.isInteger(value)) return String(value);
  let digits = 1;
  while (Math.fround(Number(value.toPrecision(digits))) !== value) digits++;
  return String(Number(value.toPrecision(digits)));
}

/** The text of the SVG file of what was taken. */
function textOf({ title, svg, legend }, area) {
  const made = [svg].flat().map((part) => part.svg ?? part).filter((one) => !one.isConnected);
  const behind = html("div", "behind", "", area);
  behind.append(...made);
  const text = toSvg(svg, { title, legend, host: area });
  behind.remove();
  return text;
}

function saved(name, kind, address) {
  const link = html("a");
  link.href = address;
  link.download = `${stemOf(name)}.${kind}`;
  link.click();
}

/** The letters of a name that every system takes in the name of a file. */
function stemOf(name) {
  const plain = name.normalize("NFKD").replace(/[^A-Za-z0-9]+/g, "-").replace(/^-|-$/g, "");
  return plain.slice(0, 60).replace(/-$/, "") || "picture";
}

function pressable(parent, words, icon = "") {
  const button = html("button", "", "", parent);
  button.type = "button";
  if (icon) make("path", { d: icon }, make("svg", { viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true" }, button));
  button.append(words);
  return button;
}
