// The glossary on every page: a list to look through, and the meaning of a marked word on pointing,
// on the keyboard's focus and on touch. One listener of each kind for the page, as words come and go
// with every run.

import { inflated } from "./data.js";
import { html, make } from "./svg.js";

const WAIT = 120;
const GAP_TO_WORD = 6;
const EDGE_OF_SCREEN = 8;
const BOOK = "M5 4h12a2 2 0 0 1 2 2v14H7a2 2 0 0 1-2-2V4zm0 14a2 2 0 0 1 2-2h12M9 8h6";
const glossaries = new Map();

/** Put the list into a place, from its entries [code, word, meaning] as compressed JSON. */
export async function putGlossary(place, packed) {
  if (glossaries.has(place)) return;
  glossaries.set(place, () => {});
  const entries = await inflated(packed).json();
  if (glossaries.has(place)) glossaries.set(place, listWords(place, entries));
}

/** Let go of the list in a place that leaves the page. */
export function leaveGlossary(place) {
  glossaries.get(place)?.();
  glossaries.delete(place);
}

/** The elements of the list and of the meaning beside a word. */
function markup(place, all) {
  place.querySelector(".words")?.remove();
  const whole = html("div", "words", "", place);
  const opener = html("button", "words-open", "", whole);
  opener.type = "button";
  opener.setAttribute("popovertarget", "words-list");
  make("path", { d: BOOK }, make("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, opener));
  opener.append("Words");
  const list = html("div", "", "", whole);
  Object.assign(list, { id: "words-list", popover: "auto" });
  list.setAttribute("role", "dialog");
  list.setAttribute("aria-label", "Words");
  const search = html("input", "", "", list);
  Object.assign(search, { type: "search", placeholder: "Find a word", autofocus: true });
  search.setAttribute("aria-label", "Find a word");
  const meanings = html("dl", "", "", list);
  meanings.tabIndex = 0;
  meanings.setAttribute("aria-label", "Meanings");
  const entries = all.map(([code, word, meaning]) => {
    const entry = html("div", "", "", meanings);
    html("dt", "", word, entry);
    html("dd", "", meaning, entry).id = `word-${code}`;
    return entry;
  });
  const told = html("p", "", "", list);
  told.setAttribute("role", "status");
  const here = html("div", "", "", whole);
  Object.assign(here, { id: "words-here", popover: "manual" });
  here.setAttribute("role", "tooltip");
  return { list, search, entries, told, here };
}

function listWords(parentElement, all) {
  const { list, search, entries, told, here } = markup(parentElement, all);
  const end = new AbortController();
  let current = null;
  let timer = 0;

  const listen = (target, kind, act, more = {}) =>
    target.addEventListener(kind, act, { signal: end.signal, ...more });
  const wordAt = (event) =>
    event.target instanceof Element ? event.target.closest("button.word") : null;

  function place() {
    const word = current.getBoundingClientRect();
    const box = here.getBoundingClientRect();
    const below = word.bottom + GAP_TO_WORD;
    const fits = below + box.height + EDGE_OF_SCREEN <= innerHeight;
    const left = Math.min(word.left, innerWidth - box.width - EDGE_OF_SCREEN);
    here.style.left = `${Math.max(EDGE_OF_SCREEN, left)}px`;
    here.style.top = `${fits ? below : Math.max(EDGE_OF_SCREEN, word.top - GAP_TO_WORD - box.height)}px`;
  }

  function show(word) {
    clearTimeout(timer);
    const entry = document.getElementById(word.getAttribute("aria-describedby"));
    if (!entry) return;
    current = word;
    here.replaceChildren(html("strong", "", entry.previousElementSibling.textContent), entry.textContent);
    here.showPopover();
    place();
  }

  function hide() {
    clearTimeout(timer);
    current = null;
    if (here.matches(":popover-open")) here.hidePopover();
  }

  function later(act) {
    clearTimeout(timer);
    timer = setTimeout(act, WAIT);
  }

  listen(document, "pointerover", (event) => {
    const word = wordAt(event);
    if (word && event.pointerType !== "touch") later(() => show(word));
    else if (event.target instanceof Node && here.contains(event.target)) clearTimeout(timer);
    else if (current && document.activeElement !== current) later(hide);
  });
  listen(document, "focusin", (event) => {
    const word = wordAt(event);
    if (word?.matches(":focus-visible")) show(word);
    else if (!word && current) hide();
  });
  listen(document, "focusout", (event) => {
    if (event.target === current) hide();
  });
  listen(document, "click", (event) => {
    const word = wordAt(event);
    if (word) show(word);
    else if (current && !here.contains(event.target)) hide();
  });
  listen(document, "keydown", (event) => {
    if (event.key === "Escape" && current) hide();
  });
  listen(
    document,
    "scroll",
    (event) => {
      if (!current || here.contains(event.target)) return;
      const { top, bottom } = current.getBoundingClientRect();
      if (!current.isConnected || bottom < 0 || top > innerHeight) hide();
      else place();
    },
    { capture: true, passive: true },
  );

  const asked = () => {
    const words = search.value.trim().toLowerCase();
    let found = 0;
    for (const entry of entries) {
      entry.hidden = !entry.textContent.toLowerCase().includes(words);
      found += entry.hidden ? 0 : 1;
    }
    told.textContent = found ? "" : "No entry has this word.";
  };
  listen(search, "input", asked);
  listen(list, "toggle", (event) => {
    if (event.newState !== "closed") return;
    search.value = "";
    asked();
  });
  return () => {
    hide();
    end.abort();
  };
}
