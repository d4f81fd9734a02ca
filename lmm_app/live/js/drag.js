// A press on a picture of h takes h there, and it follows until it is let go.

/**
 * `axis()` gives the svg, its scale of h and the number of frames; `moved(frame, rests)` is told;
 * `held(event)` says whether a press is for the picture.
 */
export function dragged(parent, axis, moved, held = () => true) {
  const frameAt = (event) => {
    const { svg, x, frames } = axis();
    const h = x.invert(event.clientX - svg.getBoundingClientRect().left);
    return Math.round(Math.min(Math.max(h, 0), 1) * (frames - 1));
  };
  parent.onpointerdown = (event) => {
    if (event.button || !held(event)) return;
    parent.setPointerCapture(event.pointerId);
    moved(frameAt(event), false);
    parent.onpointermove = (next) => moved(frameAt(next), false);
    parent.onpointerup = parent.onpointercancel = (last) => {
      parent.onpointermove = parent.onpointerup = parent.onpointercancel = null;
      moved(frameAt(last), true);
    };
  };
}
