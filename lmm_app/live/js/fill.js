// On a projector a board is as high as the page leaves it, and most of what is seen is picture.

// Pictures take at least this share of the viewport's height, if Python does not say.
const LEAST = 0.6;
// Type in a picture: as a share of the page's own, and never smaller than this, in px.
const OF_THE_PAGE = 0.913;
const SMALLEST_TYPE = 21;
// How far the heights that pictures have at a desk are stretched.
const [FLATTEST, TALLEST] = [0.3, 6];
const ROUNDS = 5;
// Nobody sees so many px.
const UNSEEN = 0.5;

/** The size of type in the pictures of a projector, which grows with its screen. */
export function projectorType() {
  const page = parseFloat(getComputedStyle(document.documentElement).fontSize);
  return Math.max(SMALLEST_TYPE, Math.round(OF_THE_PAGE * page));
}

/** The height that the pictures in a board take; those beside each other count once. */
export function heightOfPictures(root) {
  const spans = [...root.querySelectorAll("svg[role=img], .square")]
    .map((picture) => picture.getBoundingClientRect())
    .filter(({ height }) => height > 0)
    .sort((a, b) => a.top - b.top);
  let [sum, end] = [0, -Infinity];
  for (const { top, bottom } of spans) {
    sum += Math.max(0, bottom - Math.max(top, end));
    end = Math.max(end, bottom);
  }
  return sum;
}

/**
 * Stretch the pictures of a board until the page just fills the screen, or they have their share.
 * `projector` is true or that share; `draw(scale)` draws them so many times as high as at a desk,
 * beginning at `scale`.
 */
export function fill(root, projector, scale, draw) {
  const least = projector === true ? LEAST : projector;
  const page = pageOf(root);
  for (let round = 0; round < ROUNDS; round++) {
    const pictures = heightOfPictures(root);
    if (!pictures) return;
    const beside = page ? page.offsetHeight - pictures : 0;
    const wanted = Math.max(least * innerHeight, innerHeight - beside);
    const next = Math.min(Math.max((scale * wanted) / pictures, FLATTEST), TALLEST);
    if (Math.abs(wanted - pictures) < UNSEEN || Math.abs(next - scale) < 1e-3) return;
    scale = next;
    draw(scale);
  }
}

/** What holds all that stands on the page. */
export function pageOf(root) {
  return root.getRootNode().host?.closest("[data-testid=stMainBlockContainer]") ?? null;
}
