// A board: some of the panels of one fit, put up where Python asks for them and kept in step.

import { isNews, join, listen, move, tell } from "./bus.js";
import { chartPanel } from "./chart.js";
import { covariancePanel } from "./covariance.js";
import { unpack } from "./data.js";
import { formulaPanel } from "./formula.js";
import { genomePanel } from "./genome.js";
import { legend, profilePanel } from "./profile.js";
import { rotatedPanels } from "./rotated.js";
import { samplingPanel } from "./sampling.js";
import { distancePanel, rowsPanel, stepper } from "./search.js";
import { html } from "./svg.js";
import { offerTake } from "./take.js";

// A pause in the arrow keys this long, in ms, is taken for the end of a movement.
const SETTLED = 350;
// Below this width, in px, a board is one column.
const NARROW = { pair: 460, one: 0 };
const boards = new WeakMap();

/** Draw or redraw a board; called again by Streamlit whenever its data or theme change. */
export default function board({ data, parentElement, setTriggerValue }) {
  const { moving, picture } = unpack(data);
  const root = parentElement.querySelector(".board");
  let drawn = boards.get(parentElement);
  if (!drawn || drawn.picture.id !== picture.id || drawn.projector !== Boolean(moving.projector)) {
    drawn?.end();
    drawn = build(root, picture, moving);
    boards.set(parentElement, drawn);
  }
  // An event and not a state: the same h may be let go again after Python has put it elsewhere.
  drawn.commit = (h) => setTriggerValue("h", h);
  drawn.pick = (place) => setTriggerValue("marker", place);
  drawn.follow(moving);
  return () => {
    boards.get(parentElement)?.end();
    boards.delete(parentElement);
  };
}

/** Put up the panels that the picture asks for. */
export function build(root, picture, moving) {
  root.replaceChildren();
  const projector = Boolean(moving.projector);
  root.className = `board ${projector ? "projector" : ""}`;
  root.dataset.board = picture.name;
  const last = picture.spoken.length - 1;
  const size = projector ? 21 : 13;
  const options = { size, height: picture.height * (projector ? 1.35 : 1), row: projector ? 24 : 15, ...picture.show };
  const common = join(picture.group, moving.frame);
  if (!common.held) {
    common.sent = moving.frame;
    move(picture.group, moving.frame);
  }
  const panels = [];
  const drawn = { picture, projector, commit: null, pick: null, timer: null };
  const area = (name) => html("div", `area ${name}`, "", root);

  const settle = (frame) => {
    clearTimeout(drawn.timer);
    if (frame === common.sent || !picture.commits) return;
    tell(common, frame);
    drawn.commit?.(frame / last);
  };
  const moved = (frame, done) => {
    const inside = Math.min(Math.max(frame, 0), last);
    move(picture.group, inside);
    clearTimeout(drawn.timer);
    if (done) settle(inside);
    else drawn.timer = setTimeout(() => common.held || settle(common.frame), SETTLED);
  };
  const hold = (on) => {
    common.held = on;
    if (!on) settle(common.frame);
  };
  const holdable = (place) => {
    place.addEventListener("pointerdown", (event) => (common.held = options.slider && !event.button));
    for (const end of ["pointerup", "pointercancel"]) place.addEventListener(end, () => hold(false));
  };
  const looks = [];
  if (picture.profile) {
    if (options.legend) legend(area("key"), picture, options);
    const place = area("profile");
    const profile = profilePanel(place, picture, options, moved, common.frame);
    panels.push(profile);
    looks.push(profile);
    holdable(place);
  }
  if (picture.sampling) {
    const place = area("sampling");
    panels.push(samplingPanel(place, picture, options, moved));
    holdable(place);
  }
  const slider = options.slider ? hand(area("hand"), picture, last, size) : null;
  if (slider) {
    slider.input.oninput = () => moved(Number(slider.input.value), false);
    slider.input.onpointerdown = (event) => (common.held = !event.button);
    slider.input.onpointerup = slider.input.onpointercancel = () => hold(false);
    panels.push(slider);
  }
  if (picture.formulas) panels.push(formulaPanel(area("formulas"), picture));
  if (picture.said) {
    const words = html("p", "told", "", area("told"));
    words.setAttribute("aria-live", "polite");
    panels.push({ show: (frame) => (words.textContent = picture.said[frame]) });
  }
  if (picture.search?.steps.length && options.looks) {
    const place = area("steps");
    if (options.rows) looks.push(rowsPanel(area("rows"), picture, options));
    if (options.distance) looks.push(distancePanel(area("distance"), picture, options));
    panels.push(...looks.filter((panel) => !panels.includes(panel)));
    drawn.stepper = stepper(place, picture, (k) => looks.forEach((panel) => panel.step(k)));
  }
  for (const part of picture.matrices ?? [])
    panels.push(covariancePanel(titled(area("matrix"), part), picture, part));
  if (picture.points) {
    const weights = titled(area("weights"), picture.points.titles.weights);
    const regression = titled(area("regression"), picture.points.titles.regression);
    const rotated = rotatedPanels(weights, regression, picture, options);
    panels.push(rotated);
    if (picture.points.offerSquares) squaresBox(regression, rotated, options);
  }
  if (picture.genome)
    panels.push(genomePanel(area("genome"), picture.genome, options, (place) => drawn.pick?.(place)));
  for (const part of picture.charts ?? []) panels.push(chartPanel(titled(area("chart"), part), part, options));
  for (const panel of new Set([...panels, ...looks])) offerTake(panel.place, panel);

  const show = (frame) => panels.forEach((panel) => panel.show?.(frame));
  let width = 0;
  const lay = () => {
    if (root.clientWidth === width) return;
    width = root.clientWidth;
    const alone = projector && picture.name === "profile";
    root.classList.toggle("narrow", alone || width < (NARROW[picture.name] ?? 620) * (size / 13));
    for (const panel of panels) panel.resize?.();
    drawn.stepper?.go(drawn.stepper.at());
    show(common.frame);
  };
  lay();
  const observer = new ResizeObserver(lay);
  observer.observe(root);
  const leave = listen(picture.group, show);
  drawn.follow = (next) => {
    for (const panel of panels) panel.follow?.(next);
    // Python may put h elsewhere: a link, or the estimate of another fit.
    if (!isNews(common, next.frame)) return;
    common.sent = next.frame;
    move(picture.group, next.frame);
  };
  drawn.end = () => {
    observer.disconnect();
    leave();
    clearTimeout(drawn.timer);
    drawn.stepper?.stop();
  };
  return drawn;
}

function titled(place, { title, note }) {
  if (title) html("h4", "", title, place);
  const body = html("div", "body", "", place);
  if (note) html("p", "note", note, place);
  return body;
}

/** The slider that a frame is in the hand of; under a profile it is as long as the axis of h. */
function hand(place, picture, last, size) {
  const input = html("input", "h", "", place);
  Object.assign(input, { type: "range", min: 0, max: last, step: 1 });
  input.setAttribute("aria-label", picture.hand);
  let words = null;
  if (picture.profile) place.style.setProperty("--axis", `${4.4 * size}px`);
  else if (!picture.sampling) {
    place.classList.add("free");
    words = html("output", "", "", place);
  }
  const show = (frame) => {
    input.value = frame;
    input.setAttribute("aria-valuetext", picture.spoken[frame]);
    if (words) words.textContent = picture.spoken[frame];
  };
  return { input, show };
}

function squaresBox(place, rotated, options) {
  const label = html("label", "squares", "", place);
  const box = html("input", "", "", label);
  box.type = "checkbox";
  box.checked = Boolean(options.squares);
  label.append(" residual squares, scaled by weight: WLS makes their total area smallest");
  box.onchange = () => rotated.squares(box.checked);
}
