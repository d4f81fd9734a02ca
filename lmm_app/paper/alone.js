// Draw every board from the data in this file, and reveal what is asked when it has been predicted.
{
  const bytesIn = (block) => Uint8Array.from(atob(block.textContent), (mark) => mark.charCodeAt(0));
  await Promise.all([...document.querySelectorAll("[data-part]")].map((block) => hold(block, bytesIn(block))));
  const GUESSED = 100;
  const placed = new Map();

  /** Put up the board of a name, at an h of its own; where that is the guess, the picture says so. */
  function put(root, name, { at = null, guess = at, more = {} } = {}) {
    const block = document.getElementById(`data-${name}`);
    const moving = JSON.parse(new TextDecoder().decode(bytesIn(block)));
    const found = { ...picture(moving.picture), ...more };
    placed.get(root)?.drawn.end();
    moving.at = at ?? moving.at;
    if (guess !== null) found.show = { ...found.show, guess, guess_words: `your h = ${guess.toFixed(2)}` };
    placed.set(root, { name, moving, drawn: build(root, found, moving) });
    return placed.get(root);
  }

  for (const root of document.querySelectorAll("[data-packed]")) put(root, root.dataset.packed);

  for (const form of document.querySelectorAll("form.predict")) {
    const known = JSON.parse(document.getElementById(form.dataset.answers).textContent);
    const said = form.querySelector(".said");
    const [reveal, again] = form.querySelectorAll("button");
    const after = form.parentElement.querySelector(".after");
    const root = form.closest("main").querySelector("[data-packed=before]");
    const byH = Array.isArray(known.said);
    // Where panels can be picked, they and the options show the same pick.
    const pickable = () => {
      const shown = placed.get(root);
      if (!shown || byH) return;
      const picked = form.querySelector("input:checked");
      shown.drawn.follow({ ...shown.moving, picked_panel: picked?.value });
      shown.drawn.pick = (k) => {
        const input = form.querySelectorAll("input")[k - 1];
        if (!input || input.disabled) return;
        input.checked = true;
        pickable();
      };
    };
    pickable();
    form.addEventListener("change", pickable);
    reveal.disabled = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      let guess = new FormData(form).get(form.querySelector("input")?.name);
      if (byH) {
        const { moving } = placed.get(root);
        const { at } = join(moving.group, moving.at);
        guess = at === moving.at ? null : Math.round(at * GUESSED) / GUESSED;
      }
      const [outcome, words] = guess === null ? known.none : known.said[byH ? Math.round(guess * GUESSED) : guess];
      for (const input of form.querySelectorAll("input")) {
        input.disabled = true;
        const mark = input.value === known.right ? "✓ right" : input.checked ? "✗ not this one" : "";
        input.parentElement.querySelector(".mark").textContent = mark;
      }
      said.innerHTML = words;
      said.className = `said ${outcome}`;
      said.hidden = false;
      reveal.hidden = true;
      again.hidden = false;
      if (after) after.hidden = false;
      if (root && document.getElementById("data-after")) put(root, "after", { at: byH ? guess : null });
      pickable();
      said.focus();
    });
    form.addEventListener("reset", () => {
      for (const input of form.querySelectorAll("input")) {
        input.disabled = false;
        input.parentElement.querySelector(".mark").textContent = "";
      }
      said.hidden = true;
      reveal.hidden = false;
      again.hidden = true;
      if (after) after.hidden = true;
      if (root) put(root, "before");
      // The form is empty only after this.
      setTimeout(pickable);
      reveal.focus();
    });
  }

  /** A sheet to be printed is drawn anew at its width, with h at home; the screen gets its own back. */
  function drawForPaper(roots) {
    const home = placed.get(roots[0]).moving.at;
    let left = null;
    const draw = (paper) => {
      if (paper === Boolean(left)) return;
      const back = left ?? { at: join("h").at, steps: roots.map((root) => placed.get(root).drawn.stepper?.at()) };
      left = paper ? back : null;
      document.documentElement.classList.toggle("paper", paper);
      const at = paper ? home : back.at;
      roots.forEach((root, k) => {
        // There a figure has all the width to itself, and needs less height.
        const { drawn } = put(root, placed.get(root).name, { at, guess: null, more: paper ? { height: 320 } : {} });
        if (!paper && back.steps[k]) drawn.stepper.go(back.steps[k]);
      });
      move("h", at);
    };
    const printed = matchMedia("print");
    printed.addEventListener("change", () => draw(printed.matches));
    addEventListener("beforeprint", () => draw(true));
    addEventListener("afterprint", () => draw(false));
  }

  if (document.querySelector("[data-for-paper]")) drawForPaper([...placed.keys()]);
  document.documentElement.dataset.drawn = "yes";
}
