// What the browser's own buttons and the reader's eye need of a page that is drawn in place.
//
// Streamlit puts every change of a link into the history, so that going back undoes movements of a
// slider one by one. Here a step of the tour is an entry, and a page; all else replaces the last.
// And going back tells the server what the address says.

// Frames that a heading may take to appear.
const PATIENCE = 40;

/** Called by Streamlit after every run; `data.arrived` names what has been come to. */
export default function address({ data }) {
  const here = (globalThis.lmm_address ??= begin());
  here.path = location.pathname;
  here.search = location.search;
  arrive(here, data?.arrived ?? null);
}

function begin() {
  const here = { path: location.pathname, search: location.search, arrived: undefined };
  const push = history.pushState.bind(history);
  history.pushState = (state, title, url) => {
    const next = new URL(url, location.href);
    const within = next.pathname === location.pathname && stepOf(next) === stepOf(location);
    if (within) history.replaceState(state, title, url);
    else push(state, title, url);
  };
  // Before Streamlit sends the address to the server: a mark says how it was come by.
  const back = () => {
    const within = location.pathname === here.path;
    here.path = location.pathname;
    if (!within || location.search === here.search) return;
    const url = new URL(location.href);
    url.searchParams.set("back", "1");
    history.replaceState(history.state, "", url);
  };
  addEventListener("popstate", back, { capture: true });
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
  };
  requestAnimationFrame(wait);
}
