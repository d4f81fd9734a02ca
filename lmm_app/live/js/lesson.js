// The panels of the tour, each by the part of the picture that it shows.

import { bandPanel } from "./band.js";
import { dicePanel } from "./dice.js";
import { flowPanel } from "./flow.js";
import { sibsCaption, sibsPanel } from "./sibs.js";
import { html } from "./svg.js";
import { tryAt, triesOf } from "./tries.js";

/** Put up those that the picture asks for; `area(name)` makes a place, in the order of the page. */
export function lessonPanels(area, picture, options, inHand, group) {
  const panels = [];
  if (picture.band) panels.push(bandPanel(area("spread"), area("told"), picture, options, inHand));
  if (picture.sibs) {
    const { revealed } = picture.sibs;
    panels.push(sibsPanel(area("sibs"), { ...picture.sibs.pairs, arms: revealed }, options, { turned: false }));
    if (revealed) {
      const turned = sibsPanel(area("turned"), picture.sibs.pairs, options, { turned: true });
      panels.push(turned);
      // After it has been laid out.
      requestAnimationFrame(turned.turn);
    }
    panels.push(captionPanel(area("told"), (h) => sibsCaption(h, revealed)));
  }
  if (picture.dice) panels.push(dicePanel(area("dice"), picture.dice, options));
  if (picture.flow) panels.push(flowPanel(area("flow"), picture.flow, options));
  if (picture.caption === "cells") panels.push(captionPanel(area("told"), (h) => `Each cell: what the errors of two individuals have in common, in units of v. Now h = ${h.toFixed(2)}.`));
  if (picture.counted) panels.push(countedPanel(area("told"), group));
  return panels;
}

/** A sentence that follows h. */
function captionPanel(parent, of) {
  const words = html("p", "answer-line", "", parent);
  words.setAttribute("aria-live", "polite");
  return { show: (h) => (words.textContent = of(h)) };
}

/** How many values of h have been tried. */
function countedPanel(parent, group) {
  const words = html("p", "counted", "", parent);
  const show = (h) => {
    const tries = triesOf(group);
    tries.add(tryAt(h));
    words.textContent = `You have tried ${tries.size} value${tries.size === 1 ? "" : "s"} of h.`;
  };
  return { show };
}
