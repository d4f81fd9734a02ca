
// Draw every figure from the data in this file, and anew at the width of a sheet to be printed.
const bytesIn = (block) => Uint8Array.from(atob(block.textContent), (mark) => mark.charCodeAt(0));
await Promise.all([...document.querySelectorAll("[data-part]")].map((block) => hold(block, bytesIn(block))));
const places = [...document.querySelectorAll("[data-packed]")].map((root) => {
  const moving = JSON.parse(new TextDecoder().decode(bytesIn(document.getElementById(root.dataset.packed))));
  return { root, moving, picture: picture(moving.picture), drawn: null, step: null };
});
// On a sheet a figure has all its width to itself, and needs less height.
const onSheet = (picture) => ({
  ...picture,
  height: 320,
  charts: picture.charts?.map((part) => ({ ...part, height: 250 })),
});
let onPaper = null;
let at = places[0].moving.at;

function draw(paper) {
  if (paper === onPaper) return;
  if (onPaper === false) {
    at = join("h").at;
    for (const place of places) place.step = place.drawn.stepper?.at();
  }
  onPaper = paper;
  document.documentElement.classList.toggle("paper", paper);
  for (const place of places) {
    const { root, moving, picture, drawn, step } = place;
    drawn?.end();
    place.drawn = paper ? build(root, onSheet(picture), moving) : build(root, picture, { ...moving, at });
    if (!paper && step) place.drawn.stepper?.go(step);
  }
  move("h", paper ? places[0].moving.at : at);
}

draw(false);
const printed = matchMedia("print");
printed.addEventListener("change", () => draw(printed.matches));
addEventListener("beforeprint", () => draw(true));
addEventListener("afterprint", () => draw(false));
