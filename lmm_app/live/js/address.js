// What the browser's own buttons and the reader's eye need of a page that is drawn in place.
//
// Streamlit puts every change of a link into the history, so that going back undoes movements of a
// slider one by one. Here a step of the tour is an entry, and a page; all else replaces the last.
// And going back tells the server what the address says.

// Frames that a heading may take to appear.
const PATIENCE = 40;

// How long, in ms, the server may take to come to an entry that was gone back to.
const PATIENCE_WITH_SERVER = 5000;

let known = null;

/**
 * Called after every run; `link` is what the address is to say, `entry` the step in it, and `arrived`
 * names what has been come to. `tell` tells the server of an address that was gone back to.
 */
export function followAddress({ link, entry, arrived }, tell) {
  const here = (known ??= beginAddress());
  here.path = location.pathname;
  here.tell = tell;
  if (entry === here.target) {
    here.target = null;
    here.amend(link);
  }
  arrive(here, arrived);
}

function beginAddress() {
  const here = { path: location.pathname, target: null, arrived: undefined, tell: null };
  const [push, replace] = [history.pushState.bind(history), history.replaceState.bind(history)];
  const write = (how) => (state, title, url) => {
    const next = new URL(url ?? "", location.href);
    const within = next.pathname === location.pathname;
    // A run that has not heard of it yet would undo the reader's going back.
    if (within && here.target !== null && stepOf(next) !== here.target) return;
    if (within && (here.target !== null || stepOf(next) === stepOf(location))) replace(state, title, url);
    else how(state, title, url);
    here.path = location.pathname;
  };
  here.amend = (link) => link !== location.search.slice(1) && replace(history.state, "", location.pathname + (link && `?${link}`));
  history.pushState = write(push);
  history.replaceState = write(replace);
  addEventListener("popstate", () => {
    const within = location.pathname === here.path;
    here.path = location.pathname;
    // Of another page Streamlit takes care.
    if (!within) return;
    here.target = stepOf(location);
    clearTimeout(here.timer);
    here.timer = setTimeout(() => (here.target = null), PATIENCE_WITH_SERVER);
    here.tell?.(location.search);
  });
  return here;
}

function stepOf({ search }) {
  return new URLSearchParams(search).get("step") ?? "";
}

/** Bring what has been come to into view and into focus: a step at its top, or what was said. */
function arrive(here, arrived) {
  const before = here.arrived;
  here.arrived = arrived;
  // A page that is opened by its link stays as the browser opens it.
  if (before === undefined || arrived === before || !arrived) return;
  const [asked, name] = arrived.split("-");
  // Who comes from another step begins at the top, whatever is open there.
  const what = before?.split("-")[1] === name ? asked : "heading";
  const look = what === "feedback" ? () => document.querySelector(`.st-key-${arrived}`) : () => document.querySelector("[data-testid=stMain] h1");
  const main = document.querySelector("[data-testid=stMain]");
  if (what !== "feedback") main?.scrollTo({ top: 0 });
  let left = PATIENCE;
  const wait = () => {
    const place = look();
    if (!place) return left-- > 0 ? requestAnimationFrame(wait) : undefined;
    place.tabIndex = -1;
    place.style.outline = "none";
    place.focus({ preventScroll: true });
    if (what === "feedback") place.scrollIntoView({ block: "nearest" });
    else main?.scrollTo({ top: 0 });
    // It may be the heading of before, which is about to be replaced, and the focus with it.
    const keep = () => {
      if (!place.isConnected) wait();
      else if (left-- > 0) requestAnimationFrame(keep);
    };
    requestAnimationFrame(keep);
  };
  requestAnimationFrame(wait);
}
