// Drawing in SVG: elements, scales, ticks, axes and lines. Nothing here knows a mixed model.

const SVG = "http://www.w3.org/2000/svg";

/** An SVG element with these attributes, appended to its parent. */
export function make(tag, attributes = {}, parent = null) {
  const element = document.createElementNS(SVG, tag);
  set(element, attributes);
  if (parent) parent.append(element);
  return element;
}

/** Set attributes; null and undefined take one away. */
export function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "text") element.textContent = value;
    else if (value === null || value === undefined) element.removeAttribute(name);
    else element.setAttribute(name, value);
  }
  // A picture that is printed may be narrower than it is on the screen.
  if (element.tagName === "svg" && attributes.width && attributes.height && !attributes.viewBox) element.setAttribute("viewBox", `0 0 ${attributes.width} ${attributes.height}`);
  return element;
}

/** An HTML element with a class and a text. */
export function html(tag, className = "", text = "", parent = null) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text) element.textContent = text;
  if (parent) parent.append(element);
  return element;
}

/** The title of a picture, of the order after the last heading before it on the page. */
export function heading(words, parent) {
  const host = parent.getRootNode().host ?? parent;
  const before = [...document.querySelectorAll("h1, h2, h3, h4")].filter((one) => one.compareDocumentPosition(host) & Node.DOCUMENT_POSITION_FOLLOWING && !one.closest(".board"));
  const order = Number(before.at(-1)?.tagName[1] ?? 1) + 1;
  return html(`h${order}`, "heading", words, parent);
}

/** A picture begun anew, as wide as its place: its width, and the box that its margins leave. */
export function laid(svg, place, least, height, { left, top, right, bottom }) {
  const width = Math.max(least, place.clientWidth);
  set(svg, { width, height });
  svg.replaceChildren();
  return { width, box: { left, top, right: width - right, bottom: height - bottom } };
}

/** The `clip-path` of all that may not reach out of a box. */
export function clipTo(svg, { left, top, right, bottom }) {
  const id = `clip-${Math.random().toString(36).slice(2)}`;
  make("rect", { x: left, y: top, width: right - left, height: bottom - top }, make("clipPath", { id }, svg));
  return `url(#${id})`;
}

/** A list of which mark means what: with each call more words, and the svg that their mark is drawn in. */
export function legendIn(parent, width, height) {
  const list = html("ul", "legend", "", parent);
  return (words) => {
    const item = html("li", "", "", list);
    const svg = make("svg", { width, height, "aria-hidden": "true" }, item);
    html("span", "", words, item);
    return svg;
  };
}

/** From data between lo and hi to pixels between a and b. */
export function scale(lo, hi, a, b, log = false) {
  const read = log ? Math.log10 : Number;
  const from = read(lo);
  const span = read(hi) - from || 1;
  const map = (value) => a + ((read(value) - from) / span) * (b - a);
  map.invert = (pixel) => {
    const value = from + ((pixel - a) / (b - a)) * span;
    return log ? 10 ** value : value;
  };
  map.domain = [lo, hi];
  map.log = log;
  return map;
}

/** Round values between lo and hi, about `count` of them. */
export function ticks(lo, hi, count, log = false) {
  if (log) {
    const first = Math.ceil(Math.log10(lo) - 1e-9);
    const last = Math.floor(Math.log10(hi) + 1e-9);
    if (last - first >= 1) {
      const skip = Math.ceil((last - first + 1) / count);
      const found = [];
      for (let power = first; power <= last; power += skip) found.push(10 ** power);
      return found;
    }
    const steps = [1, 2, 3, 5].flatMap((k) => [first - 1, first, last].map((p) => k * 10 ** p));
    const inside = [...new Set(steps)].filter((v) => v >= lo && v <= hi).sort((a, b) => a - b);
    return inside.length >= 2 ? inside : ticks(lo, hi, count);
  }
  const raw = (hi - lo) / Math.max(count, 1);
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((k) => k * power).find((k) => k >= raw * 0.999);
  const found = [];
  for (let k = Math.ceil(lo / step - 1e-9); k * step <= hi + 1e-9 * step; k++) found.push(k * step);
  return found;
}

const SUPERSCRIPT = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };

/** A tick's number, with a true minus sign and powers of ten as such. */
export function label(value, log = false) {
  if (value === 0 || Math.abs(value) < 1e-12) return "0";
  const size = Math.abs(value);
  if (size >= 1e5 || size < 1e-3) {
    const power = Math.floor(Math.log10(size) + 1e-9);
    const lead = Number((value / 10 ** power).toPrecision(3));
    const raised = [...String(power)].map((c) => SUPERSCRIPT[c]).join("");
    return (log && lead === 1 ? "" : `${lead}·`.replace("-", "−")) + `10${raised}`;
  }
  return String(Number(value.toPrecision(6))).replace("-", "−");
}

// Of its size, on average.
const WIDTH_OF_A_LETTER = 0.47;

/** The width or the height of the picture that a group is in; no end to it where that is not said. */
const roomIn = (group, side) => Number(group.closest("svg")?.getAttribute(side)) || Infinity;

/** A title, without its last parts between commas where there is no room, and half its width. */
function fitting(title, room, size) {
  const parts = title.split(", ");
  const wide = () => WIDTH_OF_A_LETTER * size * parts.join(", ").length;
  while (parts.length > 1 && wide() > room) parts.pop();
  return { words: parts.join(", "), half: wide() / 2 };
}

/**
 * Axes with their grid, ticks and titles.
 * box: {left, top, right, bottom} in pixels; options: xTitle, yTitle, xTicks, yTicks, grid, size.
 */
export function axes(svg, box, x, y, options) {
  const { size = 13 } = options;
  const group = make("g", { class: "axes", "font-size": size }, svg);
  const width = box.right - box.left;
  const height = box.bottom - box.top;
  const xs = options.xTicks ?? ticks(...x.domain, Math.max(3, Math.min(10, width / (size * 5))), x.log);
  const ys = options.yTicks ?? ticks(...y.domain, Math.max(2, height / (size * 3.2)), y.log);
  for (const value of xs) {
    const at = x(value);
    if (options.grid !== "y") make("line", { class: "grid", x1: at, x2: at, y1: box.top, y2: box.bottom }, group);
    make("text", { x: at, y: box.bottom + size + 3, "text-anchor": "middle", text: label(value, x.log) }, group);
  }
  for (const value of ys) {
    const at = y(value);
    if (options.grid !== "x") make("line", { class: "grid", x1: box.left, x2: box.right, y1: at, y2: at }, group);
    make("text", { x: box.left - 6, y: at + size * 0.34, "text-anchor": "end", text: label(value, y.log) }, group);
  }
  if (options.xTitle) {
    const all = roomIn(svg, "width");
    const { words, half } = fitting(options.xTitle, all, size);
    make("text", {
      class: "title", x: all < Infinity ? Math.max(Math.min(box.left + width / 2, all - half), half) : box.left + width / 2, y: box.bottom + 2.35 * size + 5,
      "text-anchor": "middle", text: words,
    }, group);
  }
  if (options.yTitle) {
    const at = box.top + height / 2;
    make("text", {
      class: "title", x: 0, y: 0, "text-anchor": "middle", text: fitting(options.yTitle, roomIn(svg, "height"), size).words,
      transform: `translate(${size},${at}) rotate(-90)`,
    }, group);
  }
  return group;
}

/** The place, among so many, of the mark that is pointed at, -1 where none is within reach in px. */
export function nearestTo(event, svg, count, reach, x, y) {
  const frame = svg.getBoundingClientRect();
  const [px, py] = [event.clientX - frame.left, event.clientY - frame.top];
  let best = -1;
  let closest = reach ** 2;
  for (let i = 0; i < count; i++) {
    const dx = x(i) - px;
    if (!(Math.abs(dx) <= reach)) continue;
    const gap = dx ** 2 + (y(i) - py) ** 2;
    if (gap < closest) [best, closest] = [i, gap];
  }
  return best;
}

/** The path through points, broken where a number is missing. */
export function line(xs, ys, x, y) {
  let path = "";
  let pen = false;
  for (let i = 0; i < xs.length; i++) {
    const at = y(ys[i]);
    if (!Number.isFinite(at)) {
      pen = false;
      continue;
    }
    path += `${pen ? "L" : "M"}${x(xs[i]).toFixed(2)},${at.toFixed(2)}`;
    pen = true;
  }
  return path;
}

/** The outline of a step's mark: its shape says how the point was chosen. */
export function mark(kind, x, y, r) {
  if (kind === "golden") return `M${x},${y - r * 1.2}L${x + r * 1.2},${y}L${x},${y + r * 1.2}L${x - r * 1.2},${y}Z`;
  if (kind === "up") return `M${x},${y - r * 1.2}L${x + r * 1.1},${y + r * 0.8}H${x - r * 1.1}Z`;
  if (kind === "cross") return `M${x - r},${y - r}l${2 * r},${2 * r}m0,${-2 * r}l${-2 * r},${2 * r}`;
  if (kind === "boundary") return `M${x - r * 0.9},${y - r * 0.9}h${1.8 * r}v${1.8 * r}h${-1.8 * r}Z`;
  if (kind === "initial" || kind === "answer") {
    const points = [];
    const spikes = kind === "initial" ? 4 : 5;
    for (let i = 0; i < 2 * spikes; i++) {
      const angle = (Math.PI * i) / spikes - Math.PI / 2;
      const reach = i % 2 ? 0.55 * r : 1.45 * r;
      points.push(`${(x + reach * Math.cos(angle)).toFixed(2)},${(y + reach * Math.sin(angle)).toFixed(2)}`);
    }
    return `M${points.join("L")}Z`;
  }
  return `M${x - r},${y}a${r},${r} 0 1 0 ${2 * r},0a${r},${r} 0 1 0 ${-2 * r},0Z`;
}
