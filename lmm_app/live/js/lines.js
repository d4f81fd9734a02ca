// The formulas of a fit with the numbers of any h in them.
// A line is {title, pieces}: a string stands still; {f, of} moves, of(h) is its text, and its
// colour is that of the mark named by f.

import { logLikelihood, variance } from "../twin/twin.js";
import { fitAt } from "./fitted.js";
import { number, plusMinus, share, signed } from "./words.js";

// Coefficients that are written out; a model with more has them in the table of estimates.
const MOST = 3;
const LINES = { covariance, weights, coefficients, variance: leftOver, loglik };

/** The line of this name. */
export function lineOf(name, fit, method) {
  return LINES[name](fit, method);
}

/** V(h)/v = hK + (1-h)I. */
function covariance() {
  const pieces = ["V/v = ", live("h", share), "·K + ", live("h", (h) => share(1 - h)), "·I"];
  return { title: "covariance of the errors", pieces };
}

/** w = 1/(hλ + 1-h), and from where to where it goes. */
function weights(fit) {
  const { values } = fit.twin;
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const weight = (h, value) => number(1 / (h * value + 1 - h), 3);
  const between = live("w", (h) => `${weight(h, high)} to ${weight(h, low)}`);
  const pieces = ["w = 1/(", live("h", share), "·λ + ", live("h", (h) => share(1 - h)), "): ", between];
  return { title: "weight of a rotated observation", pieces };
}

/** β̂ = (X̃'WX̃)⁻¹X̃'Wỹ with its standard errors. */
function coefficients(fit, method) {
  const { p } = fit.twin;
  // The intercept comes last: the covariates are what is asked about.
  const shown = [...Array(p).keys()].slice(1).concat(0).slice(0, MOST);
  const pieces = ["β̂ = (X̃′WX̃)⁻¹X̃′Wỹ: "];
  shown.forEach((j, place) => {
    const estimate = (h) => {
      const found = fitAt(fit, h);
      const error = Math.sqrt(variance(fit.twin, found, method) * found.unscaled[j]);
      return plusMinus(found.beta[j], error);
    };
    pieces.push(`${place ? ", " : ""}${fit.columns[j]} `, live("beta", estimate));
  });
  if (p > shown.length) pieces.push(` and ${p - shown.length} more`);
  return { title: "weighted least squares", pieces };
}

/** v̂ = RSS/(n-p), or RSS/n by ML. */
function leftOver(fit, method) {
  const { n, p } = fit.twin;
  const reml = method === "REML";
  const pieces = [
    reml ? "v̂ = Σwr²/(n−p) = " : "v̂ = Σwr²/n = ",
    live(method, (h) => number(fitAt(fit, h).rss)),
    `/${reml ? n - p : n} = `,
    live(method, (h) => number(variance(fit.twin, fitAt(fit, h), method))),
  ];
  return { title: "variance v", pieces };
}

/** ℓ with every term of it as a number. */
function loglik(fit, method) {
  const { n, p } = fit.twin;
  const reml = method === "REML";
  const m = reml ? n - p : n;
  const spread = (h) => m * Math.log(2 * Math.PI * variance(fit.twin, fitAt(fit, h), method));
  const pieces = [
    `ℓ = −½[${m}·log 2πv̂ + Σlog d + ${m}${reml ? " + log|X̃′WX̃| − log|X′X|" : ""}] = −½[`,
    live(method, (h) => number(spread(h))),
    " + ",
    live("w", (h) => signed(fitAt(fit, h).sumLogD)),
    ` + ${m}`,
  ];
  if (reml) pieces.push(" + ", live("beta", (h) => signed(fitAt(fit, h).logDet)));
  pieces.push("] = ", live(method, (h) => number(logLikelihood(fit.twin, fitAt(fit, h), method), 7)));
  return { title: reml ? "restricted log-likelihood" : "log-likelihood", pieces };
}

function live(mark, text) {
  return { f: mark, of: text };
}
