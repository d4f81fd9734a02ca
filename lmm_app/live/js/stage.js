// Where the boards of a page meet what Python sends them: parts that stay, and what moves.

import { followAddress } from "./address.js";
import { build } from "./board.js";
import { followClicker } from "./clicker.js";
import { awaitParts, hold, picture, release } from "./data.js";
import { leaveGlossary, putGlossary } from "./glossary.js";

const boards = new Map();
followClicker(document);
const later = document.createElement("style");
later.textContent = LATER;
document.head.append(later);

// What else begins a message, beside the brace of a picture that moves.
const [OF_ADDRESS, OF_GLOSSARY, OF_SCRIPT, ENDS] = ["@", "#", "!", ":"].map((mark) => mark.charCodeAt(0));
const started = new Set();

/**
 * Take in what Python put on the page in `parentElement`; called again by Streamlit whenever its
 * data or the theme change. `data` is a part in full, or {picture, group, at, hand, projector} as
 * JSON, which begins with a brace; `projector` is true, or the share of the viewport's height that
 * the pictures take at least. Or, after a mark, what the page is to know of its address, all
 * entries of the glossary, or the script of a panel behind its name.
 */
export function take({ data, parentElement, setTriggerValue }) {
  if (data[0] === OF_GLOSSARY) {
    putGlossary(parentElement, data.subarray(1));
    return;
  }
  if (data[0] === OF_SCRIPT) {
    const end = data.indexOf(ENDS);
    const name = new TextDecoder().decode(data.subarray(1, end));
    // It is sent with each run of the page.
    if (!started.has(name)) meeting.run(data.subarray(end + 1));
    started.add(name);
    return;
  }
  if (data[0] === OF_ADDRESS) {
    followAddress(JSON.parse(new TextDecoder().decode(data.subarray(1))), (search) => setTriggerValue("address", search));
    return;
  }
  if (data[0] !== 123) {
    hold(parentElement, data);
    return;
  }
  const board = boards.get(parentElement) ?? { place: parentElement, drawn: null, leave: null };
  boards.set(parentElement, board);
  board.moving = JSON.parse(new TextDecoder().decode(data));
  // An event and not a state: the same h may be let go again after Python has put it elsewhere.
  board.tell = setTriggerValue;
  follow(board);
}

/** Let go of what was in a place that leaves the page. */
export function leave(parentElement) {
  const board = boards.get(parentElement);
  boards.delete(parentElement);
  board?.leave?.();
  board?.drawn?.end();
  release(parentElement);
  leaveGlossary(parentElement);
}

function follow(board) {
  const { moving } = board;
  const known = board.drawn;
  const same = known && known.projector === Boolean(moving.projector) && known.group === moving.group;
  if (!same || known.picture.id !== moving.picture) {
    const next = known?.picture.id === moving.picture ? known.picture : picture(moving.picture);
    if (!next) {
      // Its parts are still on their way.
      board.leave ??= awaitParts(() => follow(board));
      return;
    }
    if (!same || !known.renew(next)) {
      known?.end();
      board.drawn = build(rootIn(board.place), next, moving);
    }
    // The room that was kept for it (page.css).
    const room = board.place.getRootNode().host?.closest("[data-testid=stElementContainer]");
    if (room) room.style.minHeight = "0";
  }
  board.leave?.();
  board.leave = null;
  board.drawn.commit = (at) => board.tell("h", at);
  board.drawn.pick = (place) => board.tell("marker", place);
  board.drawn.follow(moving);
}

/** The element that a board is drawn in, under the sheet of styles that all boards share. */
function rootIn(place) {
  const shadow = place.getRootNode();
  if (shadow instanceof ShadowRoot && !shadow.adoptedStyleSheets.includes(sheet())) shadow.adoptedStyleSheets.push(sheet());
  return place.querySelector(".board");
}

let styles = null;
function sheet() {
  if (!styles) {
    styles = new CSSStyleSheet();
    styles.replaceSync(STYLE);
  }
  return styles;
}
