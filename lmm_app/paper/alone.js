// Draw every board from the data in this file, and reveal what is asked when it has been predicted.
{
  const bytesIn = (block) => Uint8Array.from(atob(block.textContent), (mark) => mark.charCodeAt(0));
  await Promise.all([...document.querySelectorAll("[data-part]")].map((block) => hold(block, bytesIn(block))));
  const GUESSED = 100;
  const placed = new Map();

  /** Put up the board of a name; where its h is the guess, the picture says so. */
  function put(root, name, guess = null) {
    const block = document.getElementById(`data-${name}`);
    const moving = JSON.parse(new TextDecoder().decode(bytesIn(block)));
    const found = picture(moving.picture);
    placed.get(root)?.drawn.end();
    if (guess !== null) {
      moving.at = guess;
      Object.assign(found, { show: { ...found.show, guess, guess_words: `your h = ${guess.toFixed(2)}` } });
    }
    placed.set(root, { moving, drawn: build(root, found, moving) });
  }

  for (const root of document.querySelectorAll("[data-packed]")) put(root, root.dataset.packed);

  for (const form of document.querySelectorAll("form.predict")) {
    const known = JSON.parse(document.getElementById(form.dataset.answers).textContent);
    const said = form.querySelector(".said");
    const [reveal, again] = form.querySelectorAll("button");
    const after = form.parentElement.querySelector(".after");
    const root = form.closest("main").querySelector("[data-packed=before]");
    const byH = Array.isArray(known.said);
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
      if (root && document.getElementById("data-after")) put(root, "after", byH ? guess : null);
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
      reveal.focus();
    });
  }
  document.documentElement.dataset.drawn = "yes";
}
