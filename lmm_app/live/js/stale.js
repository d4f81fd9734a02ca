// Words on the page that Python wrote about an h: grey while the hand has left it.
// Streamlit has a data-stale of its own on all that it draws.

const ABOUT_H = ".st-key-agreement";

/** Follows the h of a board, and what Python says of it; `known` is the h that the words are of. */
export function stalePanel(root, position, known) {
  const page = root.ownerDocument;
  let told = position.sent(known);
  let here = told;
  const mark = () => {
    for (const words of page.querySelectorAll(ABOUT_H)) words.toggleAttribute("data-behind", here !== told);
  };
  const show = (at) => {
    here = position.sent(at);
    mark();
  };
  const follow = ({ at }) => {
    told = position.sent(at);
    mark();
  };
  return { show, follow };
}
