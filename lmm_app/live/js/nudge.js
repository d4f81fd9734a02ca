// The one movement on load: h goes from ordinary regression to the estimate, so that it is seen to move.

import { move } from "./bus.js";

const DURATION = 2600;
const done = new Set();

/**
 * Move h once from 0 to the estimate, unless somebody has put it elsewhere or wants no motion; any
 * press or key ends it there. Returns what ends it.
 */
export function nudged(root, group, common, { estimate }, begin) {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (done.has(group) || still || !(estimate > 0) || common.at !== estimate) return () => {};
  done.add(group);
  let running = true;
  let start = null;
  const end = () => {
    if (!running) return;
    running = false;
    for (const name of ["pointerdown", "keydown"]) root.ownerDocument.removeEventListener(name, end, true);
    if (!common.held) move(group, estimate);
  };
  for (const name of ["pointerdown", "keydown"]) root.ownerDocument.addEventListener(name, end, true);
  const step = (now) => {
    if (!running) return;
    start ??= now;
    const way = Math.min((now - start) / DURATION, 1);
    if (way === 1) return end();
    // Slowly at both ends.
    move(group, estimate * (way * way * (3 - 2 * way)));
    requestAnimationFrame(step);
  };
  begin();
  move(group, 0);
  // A moment for the eye to find the picture.
  setTimeout(() => running && requestAnimationFrame(step), 700);
  return end;
}
