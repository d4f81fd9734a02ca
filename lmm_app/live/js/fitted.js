// One fit at any h, for all pictures of it: each h is computed once, whoever asks first.

import { addedVariable, logLikelihood, weighted } from "../twin/twin.js";

const last = new WeakMap();
const plots = new WeakMap();
const reaches = new WeakMap();
// h at which the axes of the added-variable plot must hold every point.
const LOOKS = 101;

/** Everything that a picture shows of one h, of the part `fit` of a picture. */
export function fitAt(fit, h) {
  const known = last.get(fit);
  if (known?.h === h) return known;
  const found = weighted(fit.twin, h);
  last.set(fit, found);
  return found;
}

/** The sum of all weights that are finite. */
export function weightOf({ w }) {
  return w.reduce((total, one) => (one < Infinity ? total + one : total), 0);
}

/** The height of a profile over its maximum; infinite or NaN where it is. */
export function heightOf(fit, method, h) {
  return logLikelihood(fit.twin, fitAt(fit, h), method) - fit.tops[method];
}

/** The added-variable plot of a column at h, null where a direction has no variance. */
export function plotOf(fit, column, h) {
  const found = fitAt(fit, h);
  const known = plots.get(found);
  if (known?.column === column) return known.plot;
  const plot = drawable(found) ? addedVariable(fit.twin, found, column) : null;
  plots.set(found, { column, plot });
  return plot;
}

/** Half the length of both axes of the plot of a column: they hold every point at every h. */
export function reachOf(fit, column) {
  if (!reaches.has(fit)) reaches.set(fit, new Map());
  const known = reaches.get(fit);
  if (!known.has(column)) {
    const reach = { x: 0, y: 0 };
    for (let k = 0; k < LOOKS; k++) {
      const found = weighted(fit.twin, k / (LOOKS - 1));
      if (!drawable(found)) continue;
      const plot = addedVariable(fit.twin, found, column);
      for (const axis of ["x", "y"]) for (const value of plot[axis]) reach[axis] = Math.max(reach[axis], Math.abs(value));
    }
    known.set(column, { x: 1.05 * reach.x || 1, y: 1.05 * reach.y || 1 });
  }
  return known.get(column);
}

/** Whether every direction has a variance. */
function drawable({ d }) {
  return d.every((one) => one > 0);
}
