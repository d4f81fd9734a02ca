// The one h of a page: every board of the same fit shows it, and follows when it is dragged.

const shared = new Map();

// An answer to a value of h may take this long, in ms, and h may have gone on meanwhile.
const ANSWERED = 10000;

/**
 * What the boards of one group have in common: the position that is shown, what Python knows of
 * it, whether it is in somebody's hand, and who listens.
 */
export function join(group, at) {
  if (!shared.has(group)) shared.set(group, { at, sent: null, held: false, told: new Map(), listeners: new Set() });
  return shared.get(group);
}

/** Remember that Python is told of a position. */
export function tell(common, sent) {
  common.sent = sent;
  common.told.set(sent, Date.now());
}

/** Whether a position that Python names is news, and not the answer to what it was told. */
export function isNews(common, sent) {
  const told = common.told.get(sent);
  return sent !== common.sent && !common.held && !(told && Date.now() - told < ANSWERED);
}

/** Move the group's h; all its boards redraw what moves. */
export function move(group, at) {
  const common = shared.get(group);
  if (!common || common.at === at) return;
  common.at = at;
  for (const listener of common.listeners) listener(at);
}

/** Hear of every move until the returned function is called. */
export function listen(group, listener) {
  const common = shared.get(group);
  common.listeners.add(listener);
  return () => common.listeners.delete(listener);
}
