// The one h of a page: every board of the same fit shows it, and follows when it is dragged.

const shared = new Map();

// An answer to a value of h may take this long, in ms, and h may have gone on meanwhile.
const ANSWERED = 10000;

/**
 * What the boards of one group have in common: the frame that is shown, the frame that Python
 * knows of, whether it is in somebody's hand, and who listens.
 */
export function join(group, frame) {
  if (!shared.has(group)) shared.set(group, { frame, sent: frame, held: false, told: new Map(), listeners: new Set() });
  return shared.get(group);
}

/** Remember that Python is told of a frame. */
export function tell(common, frame) {
  common.sent = frame;
  common.told.set(frame, Date.now());
}

/** Whether a frame that Python names is news, and not the answer to what it was told. */
export function isNews(common, frame) {
  const told = common.told.get(frame);
  return frame !== common.sent && !common.held && !(told && Date.now() - told < ANSWERED);
}

/** Move the group's h; all its boards redraw what moves. */
export function move(group, frame, source = null) {
  const common = shared.get(group);
  if (!common || common.frame === frame) return;
  common.frame = frame;
  for (const listener of common.listeners) listener(frame, source);
}

/** Hear of every move until the returned function is called. */
export function listen(group, listener) {
  const common = shared.get(group);
  common.listeners.add(listener);
  return () => common.listeners.delete(listener);
}
