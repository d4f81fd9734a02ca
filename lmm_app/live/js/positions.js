// What a hand can be put on: any h from 0 to 1, or one of a row of frames.

import { share } from "./words.js";

// A pointer that lets go this near to the estimate means it; a key goes where it says.
const NEAR = 0.004;
const ARROWS = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 };

/**
 * The positions of a picture by its `hand`:
 *   {kind: "h", label, commits, decimals, estimate, resting}, where `resting` stands for the
 *   estimate wherever an h is rounded to its decimals, both null without one; or
 *   {kind: "frames", label, commits, spoken}, with the words of every frame.
 *
 * lo, hi; inside(at) is the nearest position; rest(at, pointed) where it comes to rest; sent(at) what
 * Python is told of it; say(at) its words; key(name, at) where a key takes it, or null.
 */
export function positionsOf(hand) {
  return hand.kind === "h" ? shares(hand) : frames(hand);
}

function shares({ decimals, estimate, resting }) {
  const power = 10 ** decimals;
  const inside = (at) => Math.min(Math.max(at, 0), 1);
  const round = (at) => Math.round(at * power) / power;
  const isHome = (at) => estimate !== null && (at === estimate || round(at) === resting);
  const hundredth = (at, by) => {
    const next = by > 0 ? Math.floor(at * 100 + 1e-6) + by : Math.ceil(at * 100 - 1e-6) + by;
    return inside(next / 100);
  };
  const step = (at, by) => {
    let next = hundredth(at, by);
    // The estimate is a stop on the way, and a hundredth that cannot be told from it is none.
    if (isHome(next)) next = isHome(at) ? hundredth(next, by) : estimate;
    const passed = estimate !== null && Math.abs(by) === 1 && (estimate - at) * (estimate - next) < 0;
    return passed ? estimate : next;
  };
  const keys = { ...ARROWS, PageUp: 10, PageDown: -10 };
  const ends = { Home: 0, End: 1 };
  return {
    lo: 0,
    hi: 1,
    inside,
    rest: (at, pointed) => {
      const near = estimate !== null && Math.abs(at - estimate) < NEAR;
      if (pointed && near && at !== 0 && at !== 1) return estimate;
      return isHome(at) ? estimate : round(at);
    },
    sent: (at) => (isHome(at) ? resting : round(at)),
    say: (at) => `h = ${share(at)}`,
    key: (name, at) => (name in keys ? step(at, keys[name]) : (ends[name] ?? null)),
  };
}

function frames({ spoken }) {
  const last = spoken.length - 1;
  const inside = (at) => Math.min(Math.max(Math.round(at), 0), last);
  const tenth = Math.max(1, Math.round(last / 10));
  const steps = { ...ARROWS, PageUp: tenth, PageDown: -tenth, Home: -last, End: last };
  return {
    lo: 0,
    hi: last,
    inside,
    rest: inside,
    sent: (at) => (last ? at / last : 0),
    say: (at) => spoken[at],
    key: (name, at) => (name in steps ? inside(at + steps[name]) : null),
  };
}
