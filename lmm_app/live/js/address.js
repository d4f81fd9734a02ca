// What the browser's own buttons and the reader's eye need of a page that is drawn in place.
//
// Streamlit puts every change of a link into the history, so that going back undoes movements of a
// slider one by one. Here a step of the tour is an entry, and a page; all else replaces the last.
// And what was chosen elsewhere holds in the entry that is gone back to: its address says so before
// Streamlit reads it, for what an address does not say Streamlit puts back as it was at first. Then
// the server is told what the address says.

// How long, in ms, the server may take to come to an entry that was gone back to, and a heading to
// be drawn for good.
const PATIENCE = 5000;

let known = null;

/**
 * Called after every run, which has come to the entry `entry` and to what `arrived` names. `own` are
 * the names in an address that belong to an entry, what makes one first. `tell` tells the server of
 * an address that was gone back to.
 */
export function followAddress({ entry, own, arrived }, tell) {
  const here = (known ??= beginAddress(own));
  here.tell = tell;
  if (entry === here.target) here.target = null;
  arrive(here, arrived);
}

function beginAddress(own) {
  const here = { left: new URL(location), target: null, arrived: undefined, tell: null };
  const entryOf = ({ search }) => new URLSearchParams(search).get(own[0]) ?? "";
  const [push, replace] = [history.pushState.bind(history), history.replaceState.bind(history)];
  const write = (how) => (state, title, url) => {
    const next = new URL(url ?? "", location);
    const within = next.pathname === location.pathname;
    // A run that has not heard of it yet would undo the reader's going back.
    if (within && here.target !== null && entryOf(next) !== here.target) return;
    if (within && (here.target !== null || entryOf(next) === entryOf(location))) replace(state, title, url);
    else how(state, title, url);
    here.left = new URL(location);
  };
  history.pushState = write(push);
  history.replaceState = write(replace);
  // The entry that is gone back to keeps its own; all else is as in the address that is left.
  const carry = () => {
    const [all, kept] = [here.left, location].map(({ search }) => new URLSearchParams(search));
    for (const name of own) {
      all.delete(name);
      if (kept.has(name)) all.set(name, kept.get(name));
    }
    here.left.search = all;
    replace(history.state, "", here.left);
    here.target = entryOf(location);
    clearTimeout(here.timer);
    here.timer = setTimeout(() => (here.target = null), PATIENCE);
  };
  // Of another page Streamlit takes care.
  const within = () => location.pathname === here.left.pathname;
  // The one event before that of Streamlit; a browser that is too old for it is not much too late.
  self.navigation?.addEventListener("currententrychange", ({ navigationType }) => {
    if (navigationType === "traverse" && within()) carry();
  });
  addEventListener("popstate", () => {
    if (within()) {
      carry();
      here.tell?.(location.search);
    }
    here.left = new URL(location);
  });
  return here;
}

/** Bring what has been come to into view and into focus: a step at its top, or what was said. */
function arrive(here, arrived) {
  const before = here.arrived;
  here.arrived = arrived;
  // A page that is opened by its link stays as the browser opens it.
  if (before === undefined || arrived === before || !arrived) return;
  const [asked, name] = arrived.split("-");
  // Who comes from another step begins at the top, whatever is open there.
  const said = asked === "feedback" && before?.split("-")[1] === name;
  const main = document.querySelector("[data-testid=stMain]");
  if (!said) main?.scrollTo({ top: 0 });
  const [end, turn] = [performance.now() + PATIENCE, (here.turn = {})];
  let place = null;
  const follow = () => {
    if (here.turn !== turn || performance.now() > end) return;
    requestAnimationFrame(follow);
    // It may be the heading of before, which is about to be replaced, and the focus with it.
    if (place && (place.isConnected || document.activeElement !== document.body)) return;
    const first = !place;
    place = document.querySelector(said ? `.st-key-${arrived}` : "[data-testid=stMain] h1");
    if (!place) return;
    place.tabIndex = -1;
    place.style.outline = "none";
    place.focus({ preventScroll: true });
    if (first) said ? place.scrollIntoView({ block: "nearest" }) : main?.scrollTo({ top: 0 });
  };
  requestAnimationFrame(follow);
}
