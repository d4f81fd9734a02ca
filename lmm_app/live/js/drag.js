// A press on a picture takes the hand there, and it follows until it is let go.

/**
 * `axis()` gives the svg and its scale, from 0 to 1, of the way from the first position to the
 * last; `moved(at, rests)` is told; `held(event)` says whether a press is for the picture.
 */
export function dragged(parent, axis, position, moved, held = () => true) {
  const placeOf = (event) => {
    const { svg, x } = axis();
    const way = Math.min(Math.max(x.invert(event.clientX - svg.getBoundingClientRect().left), 0), 1);
    return position.inside(position.lo + way * (position.hi - position.lo));
  };
  parent.onpointerdown = (event) => {
    if (event.button || !held(event)) return;
    parent.setPointerCapture(event.pointerId);
    moved(placeOf(event), false);
    parent.onpointermove = (next) => moved(placeOf(next), false);
    parent.onpointerup = parent.onpointercancel = (end) => {
      parent.onpointermove = parent.onpointerup = parent.onpointercancel = null;
      moved(placeOf(end), true);
    };
  };
}
