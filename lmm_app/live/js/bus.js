// The one h of a page: every board of the same fit shows it, and follows when it is dragged.

const shared = new Map();

/** What the boards of one group have in common. */
export function join(group, frame) {
  if (!shared.has(group)) shared.set(group, { frame, listeners: new Set() });
  return shared.get(group);
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
