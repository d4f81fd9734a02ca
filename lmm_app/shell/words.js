// The meaning of a marked word on pointing, on the keyboard's focus and on touch; and the search
// in the list. One listener of each kind for the page, as words come and go with every run.
const WAIT = 120;
const GAP = 6;
const EDGE = 8;

export default function words({ parentElement }) {
  const list = parentElement.querySelector("#words-list");
  const here = parentElement.querySelector("#words-here");
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
    const below = word.bottom + GAP;
    const fits = below + box.height + EDGE <= innerHeight;
    const left = Math.min(word.left, innerWidth - box.width - EDGE);
    here.style.left = `${Math.max(EDGE, left)}px`;
    here.style.top = `${fits ? below : Math.max(EDGE, word.top - GAP - box.height)}px`;
  }

  function show(word) {
    clearTimeout(timer);
    const entry = document.getElementById(word.getAttribute("aria-describedby"));
    if (!entry) return;
    current = word;
    const name = document.createElement("strong");
    name.textContent = entry.previousElementSibling.textContent;
    here.replaceChildren(name, document.createTextNode(entry.textContent));
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

  const search = list.querySelector("input");
  const told = list.querySelector("[role=status]");
  const entries = [...list.querySelectorAll("dl > div")];
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
