// A picture that Plotly drew beside this board: its layers make the file, its numbers are sent.

/**
 * The panel that has no picture of its own, but takes that of its neighbour:
 *   {title, alt, note, head, columns, titled}, `titled` if an axis has its title at the foot.
 */
export function plotPanel(area, part) {
  area.classList.toggle("titled", part.titled);
  const rows = () => Array.from(part.columns[0], (_, k) => part.columns.map((column) => column[k]));
  const take = () => {
    const [svg, ...over] = layersNear(area);
    return {
      name: part.title,
      title: part.title,
      svg: [{ svg, over, alt: part.alt }],
      table: { caption: `${part.alt} ${part.note}`.trim(), head: part.head, rows: rows() },
    };
  };
  return { place: area, take };
}

/** Plotly puts a picture into several elements, one over the other; its board is beside it. */
function layersNear(area) {
  const both = area.getRootNode().host.closest("[data-testid=stVerticalBlock]");
  return [...both.querySelectorAll(".js-plotly-plot .main-svg")];
}
