// A clicker in a lecturer's hand: its keys go on and back, on every page for a projector.

// On a projector alone: its foot is there with its buttons, the way out when all is drawn.
const PROJECTOR = ".st-key-foot, .st-key-leave_projector";
const FORWARD = ["PageDown", "ArrowRight", " "];
const BACKWARD = ["PageUp", "ArrowLeft"];
// The first that can be pressed is; what is to be seen first comes first.
const LESSON = ".st-key-one_lesson:not(:has(.answers)) [class*=st-key-lesson_turn_] button";
const ON = ["[class*=st-key-][class*=reveal] button", LESSON, ".st-key-next button"];
const BACK = [".st-key-back button"];
// Where every key may be for the place that is in focus.
const TAKES_ALL = "textarea, select, [contenteditable=true], [role=slider], [role=listbox], [role=menu], [role=dialog]";
// Of the other inputs, those that take no key but the arrows and the space bar.
const CHOICES = ["radio", "checkbox", "button", "submit", "file"];

/** Listen for a clicker on a page; called once. */
export function followClicker(page) {
  page.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.repeat || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    if (!page.querySelector(PROJECTOR)) return;
    const forward = FORWARD.includes(event.key);
    if ((!forward && !BACKWARD.includes(event.key)) || isTaken(event)) return;
    const button = buttonOf(page, forward);
    if (!button) return;
    event.preventDefault();
    button.click();
  });
}

/** The button that a press is for, null if there is none to press. */
function buttonOf(page, forward) {
  const known = (forward ? ON : BACK).flatMap((place) => [...page.querySelectorAll(place)]);
  // A page that asks and goes on by these keys does nothing else by them.
  if (known.length || page.querySelector([...ON, ...BACK].join())) return known.find((one) => !one.disabled) ?? null;
  const step = forward ? ".stepper .next" : ".stepper .back";
  const steps = [...page.querySelectorAll("[data-testid=stBidiComponentIsolated]")].flatMap((host) => [...(host.shadowRoot?.querySelectorAll(step) ?? [])]);
  return steps.find((one) => !one.disabled) ?? null;
}

/** Whether the place in focus has a use of its own for the key. */
function isTaken(event) {
  const [place] = event.composedPath();
  if (!(place instanceof Element)) return false;
  if (place.closest(TAKES_ALL)) return true;
  const page = event.key.startsWith("Page");
  const choice = place.closest("input");
  if (choice) return !(page && CHOICES.includes(choice.type));
  if (event.key === " ") return place.closest("button, a, summary, [role=button]") !== null;
  return !page && place.closest("[role=tab], [role=radio], [role=option], [role=menuitem], [role=grid]") !== null;
}
