// A board: some of the panels of one fit, put up where Python asks for them and kept in step.

import { isNews, join, listen, move, tell } from "./bus.js";
import { chartPanel } from "./chart.js";
import { covariancePanel } from "./covariance.js";
import { panelOf } from "./data.js";
import { fill, pageOf, projectorType } from "./fill.js";
import { formulaPanel } from "./formula.js";
import { genomePanel } from "./genome.js";
import { lessonPanels } from "./lesson.js";
import { plotPanel } from "./plot.js";
import { positionsOf } from "./positions.js";
import { legend, profilePanel } from "./profile.js";
import { roomPanel } from "./room.js";
import { rotatedPanels } from "./rotated.js";
import { samplingPanel } from "./sampling.js";
import { distancePanel, rowsPanel, stepper } from "./search.js";
import { nudged } from "./nudge.js";
import { stalePanel } from "./stale.js";
import { storyPanel } from "./story.js";
import { heading, html } from "./svg.js";
import { offerTake } from "./take.js";
import { triesOf } from "./tries.js";

// A pause in the arrow keys this long, in ms, is taken for the end of a movement.
const SETTLED = 350;
// Below this width, in px, a board is one column.
const NARROW = { pair: 460, sibs: 460, one: 0, sides: 715 };
// A sheet that is printed is wide enough for two.
const [USUAL, SHEET_OF_PAPER] = [620, 500];
// Or so many times it, on a projector.
const LARGE = 1.3;

// At a desk: the size of type in a picture, and the height of a row of the search, in px.
const TYPE = 13;
const ROW = 15;

/**
 * Put up the panels that the picture asks for. On a projector, which `moving.projector` says, they
 * are as high as the page leaves them.
 */
export function build(root, picture, moving) {
  root.replaceChildren();
  const projector = Boolean(moving.projector);
  root.className = `board ${projector ? "projector" : ""}`;
  root.dataset.board = picture.name;
  const inHand = moving.hand ?? picture.hand;
  const position = positionsOf(inHand);
  const options = { size: TYPE, scale: 1, height: picture.height, row: ROW, ...picture.show };
  const stretch = (scale) => {
    // A row is as high at a scale of 1 as its type.
    const row = projector ? options.size * scale : ROW;
    Object.assign(options, { scale, height: picture.height * scale, row });
    root.style.setProperty("--tall", `${options.height}px`);
  };
  if (projector) {
    options.size = projectorType();
    stretch(1);
  }
  if (picture.show.tries) options.tries = triesOf(moving.group);
  const common = join(moving.group, moving.at);
  // Boards of a group come one after the other; what the hand has done meanwhile holds.
  if (!common.held && common.sent !== position.sent(moving.at)) {
    common.sent = position.sent(moving.at);
    move(moving.group, moving.at);
  }
  const panels = [];
  const drawn = { picture, projector, group: moving.group, commit: null, pick: null, timer: null };
  const area = (name) => html("div", `area ${name}`, "", root);

  let pointed = false;
  const settle = (at) => {
    clearTimeout(drawn.timer);
    const rest = position.rest(at, pointed);
    move(moving.group, rest);
    if (position.sent(rest) === common.sent || !inHand.commits) return;
    tell(common, position.sent(rest));
    drawn.commit?.(position.sent(rest));
  };
  const moved = (at, done, byKey = false) => {
    pointed = !byKey;
    move(moving.group, position.inside(at));
    clearTimeout(drawn.timer);
    if (done) settle(common.at);
    else drawn.timer = setTimeout(() => common.held || settle(common.at), SETTLED);
  };
  const hold = (on) => {
    common.held = on;
    if (!on) settle(common.at);
  };
  const holdable = (place) => {
    place.addEventListener("pointerdown", (event) => (common.held = options.slider && !event.button));
    for (const end of ["pointerup", "pointercancel"]) place.addEventListener(end, () => hold(false));
  };
  panels.push(...lessonPanels(area, picture, options, inHand, moving.group));
  const looks = [];
  if (picture.profile) {
    if (options.legend) legend(area("key"), picture, options);
    const place = area("profile");
    const profile = profilePanel(place, picture, options, inHand, position, moved, common.at);
    panels.push(profile);
    looks.push(profile);
    holdable(place);
  }
  if (picture.sampling) {
    const place = area("sampling");
    panels.push(samplingPanel(place, picture, options, position, moved));
    holdable(place);
  }
  if (picture.later) panels.push(panelOf(picture.later)(area(picture.later), picture, options, moving, drawn));
  const room = picture.room ? roomPanel(area("room"), picture.room, options, moving.group) : null;
  if (room) panels.push(room);
  const slider = options.slider ? hand(area("hand"), picture, inHand, position, options) : null;
  if (slider) {
    slider.input.oninput = () => moved(Number(slider.input.value), false);
    slider.input.onkeydown = (event) => {
      const next = position.key(event.key, common.at);
      if (next === null) return;
      event.preventDefault();
      moved(next, false, true);
    };
    slider.input.onpointerdown = (event) => (common.held = !event.button);
    slider.input.onpointerup = slider.input.onpointercancel = () => {
      hold(false);
      // What a clicker sends next is not for the slider that the pointer was on.
      if (projector) slider.input.blur();
    };
    panels.push(slider);
  }
  if (picture.formulas) panels.push(formulaPanel(area("formulas"), picture));
  if (picture.said) {
    const words = html("p", "told", "", area("told"));
    words.setAttribute("aria-live", "polite");
    panels.push({ show: (at) => (words.textContent = picture.said[at]) });
  }
  const story = picture.story ? storyPanel(area("told"), area("estimated"), picture, options, inHand) : null;
  if (story) panels.push(story);
  if (picture.search?.steps.length && options.looks && options.stepper !== false) {
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
    panels.push(rotated, ...rotated.taken);
    if (picture.points.offerSquares) squaresBox(regression, rotated, options);
    panels.push(stalePanel(root, position, moving.at));
  }
  if (picture.genome)
    panels.push(genomePanel(area("genome"), picture.genome, options, (place) => drawn.pick?.(place)));
  for (const part of picture.charts ?? []) panels.push(chartPanel(titled(area("chart"), part), part, options));
  if (picture.plot) panels.push(plotPanel(area("plot"), picture.plot));

  const show = (at) => panels.forEach((panel) => panel.show?.(at));
  let width = 0;
  const redraw = () => {
    const alone = projector && picture.name === "profile";
    const printed = document.documentElement.classList.contains("paper");
    const least = printed ? SHEET_OF_PAPER : (NARROW[picture.name] ?? USUAL);
    root.classList.toggle("narrow", alone || width < least * (projector ? LARGE : 1));
    for (const panel of panels) panel.resize?.();
    drawn.stepper?.go(drawn.stepper.at());
    show(common.at);
  };
  const lay = () => {
    if (root.clientWidth !== width) {
      width = root.clientWidth;
      redraw();
    }
    if (!projector) return;
    const size = projectorType();
    if (size !== options.size) {
      options.size = size;
      stretch(options.scale);
      redraw();
    }
    fill(root, moving.projector, options.scale, (scale) => {
      stretch(scale);
      redraw();
    });
  };
  lay();
  // After the pictures, which are drawn when they are first laid out.
  for (const panel of new Set([...panels, ...looks])) offerTake(panel.place, panel);
  const observer = new ResizeObserver(lay);
  observer.observe(root);
  // On a projector it follows the height of the screen too, and what stands around it.
  if (projector) {
    globalThis.addEventListener("resize", lay);
    if (pageOf(root)) observer.observe(pageOf(root));
  }
  const leave = listen(moving.group, show);
  const unwatch = watchSharpness(() => show(common.at));
  const rest = story ? nudged(root, moving.group, common, inHand, story.begin) : () => {};
  // Whether another picture can be shown in this one's place, and is.
  drawn.renew = (next) => {
    if (!next.room || !room?.renew(next.room)) return false;
    drawn.picture = next;
    show(common.at);
    return true;
  };
  drawn.follow = (next) => {
    for (const panel of panels) panel.follow?.(next);
    // Python may put h elsewhere: a link, or the estimate of another fit.
    const sent = position.sent(next.at);
    if (!isNews(common, sent)) return;
    common.sent = sent;
    move(moving.group, next.at);
  };
  drawn.end = () => {
    observer.disconnect();
    globalThis.removeEventListener("resize", lay);
    unwatch();
    rest();
    leave();
    clearTimeout(drawn.timer);
    drawn.stepper?.stop();
  };
  return drawn;
}

/** Call back whenever the screen has more or fewer points for a pixel of the page. */
function watchSharpness(call) {
  let query = null;
  const changed = () => {
    watch();
    call();
  };
  const watch = () => {
    query?.removeEventListener("change", changed);
    query = matchMedia(`(resolution: ${globalThis.devicePixelRatio}dppx)`);
    query.addEventListener("change", changed);
  };
  watch();
  return () => query.removeEventListener("change", changed);
}

function titled(place, { title, note }) {
  if (title) heading(title, place);
  const body = html("div", "body", "", place);
  if (note) html("p", "note", note, place);
  return body;
}

/** The slider that a position is in the hand of; under a profile it is as long as the axis of h. */
function hand(place, picture, { kind, label }, position, options) {
  const input = html("input", "h", "", place);
  Object.assign(input, { type: "range", min: position.lo, max: position.hi, step: kind === "h" ? "any" : 1 });
  input.setAttribute("aria-label", label);
  let words = null;
  const resize = () => picture.profile && place.style.setProperty("--axis", `${4.4 * options.size}px`);
  if (!picture.profile && !picture.sampling) {
    place.classList.add("free");
    words = html("output", "", "", place);
  }
  const show = (at) => {
    if (Number(input.value) !== at) input.value = at;
    input.setAttribute("aria-valuetext", position.say(at));
    if (words) words.textContent = position.say(at);
  };
  return { input, show, resize };
}

function squaresBox(place, rotated, options) {
  const label = html("label", "squares", "", place);
  const box = html("input", "", "", label);
  box.type = "checkbox";
  box.checked = Boolean(options.squares);
  label.append(" residual squares, scaled by weight: WLS makes their total area smallest");
  box.onchange = () => rotated.squares(box.checked);
}
