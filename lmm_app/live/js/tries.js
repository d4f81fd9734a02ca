// The values of h that somebody tried by hand: they outlive the picture that they were tried on.

const STEP_OF_TRIES = 0.005;
const tried = new Map();

/** The tries of a group of boards. */
export function triesOf(group) {
  if (!tried.has(group)) tried.set(group, new Set());
  return tried.get(group);
}

/** The place of a try, in even steps. */
export function tryAt(h) {
  return Math.round(h / STEP_OF_TRIES) * STEP_OF_TRIES;
}
