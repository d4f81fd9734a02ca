// A picture as a file of its own: SVG that stands alone, and PNG drawn from it.

import { html, make, set } from "./svg.js";

// Room around the picture in a file, in px: on the page its words may reach out of it.
const ROOM_AROUND = 14;
// What makes a mark look as it does, and what holds where a file says nothing.
const STILL_PAINT = {
  fill: "#000000", "fill-opacity": "1", stroke: "none", "stroke-opacity": "1", "stroke-width": "1",
  "stroke-dasharray": "none", "stroke-linecap": "butt", "stroke-linejoin": "miter",
};
const STILL_TYPE = { "font-weight": "400", "text-anchor": "start" };
const STILL_STYLES = [
  ...Object.keys(STILL_PAINT), ...Object.keys(STILL_TYPE), "font-family", "font-size", "opacity", "visibility",
];
const ONLY_OF_A_PAGE = /^(class|style|role|tabindex|focusable|aria-.*|data-.*|on.*)$/;
const REFERRED_TO = /^(clipPath|linearGradient|radialGradient|pattern|mask)$/;
// What XML cannot hold, and a name in a file may.
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

/**
 * The text of an SVG file that needs no style sheet.
 *
 * `element` is a picture in the page, or several, [{head, note, svg, over, alt}], put one below the
 * other; `over` are further layers of one, and `alt` stands for its aria-label. `title` are words above
 * the picture, `legend` is the list in the page whose items each hold a mark and its words, and
 * `host` the element whose type and colour these have.
 */
export function toSvg(element, { title, legend, host }) {
  const parts = Array.isArray(element) ? element : [{ svg: element }];
  const live = getComputedStyle(host);
  const long = (name) => parts.map(({ svg }) => Number(svg.getAttribute(name)));
  const [inner, heights] = [Math.max(...long("width")), long("height")];
  const file = make("svg", { "font-family": live.fontFamily });
  const said = parts.map(({ svg, alt }) => alt ?? svg.getAttribute("aria-label")).filter(Boolean).join(" ");
  if (title) make("title", { text: title }, file);
  if (said) make("desc", { text: said }, file);
  const page = make("rect", { fill: plainColor(live.getPropertyValue("--st-background-color") || "#ffffff")[0] }, file);
  const size = parseFloat(live.fontSize);
  const pen = { file, inner, y: ROOM_AROUND, family: live.fontFamily, color: plainColor(live.color)[0] };
  if (title) writeWords(pen, title, size + 1, 600);
  if (legend) writeLegend(pen, legend, size);
  parts.forEach(({ head, note, svg, over = [] }, i) => {
    if (head) writeWords(pen, head, size, 600);
    if (note) writeWords(pen, note, size - 1, 400);
    for (const layer of [svg, ...over]) placed(pen, layer, ROOM_AROUND, pen.y + 4);
    pen.y += heights[i] + 4;
  });
  const [wide, tall] = [inner + 2 * ROOM_AROUND, pen.y + ROOM_AROUND].map(Math.ceil);
  set(page, { width: wide, height: tall });
  set(file, { width: wide, height: tall, viewBox: `0 0 ${wide} ${tall}` });
  return new XMLSerializer().serializeToString(file).replace(NOT_XML, "");
}

/** The address of a PNG of an SVG file, twice as large or as fine as the screen. */
export function toPng(text) {
  const image = new Image();
  return new Promise((done, failed) => {
    image.onerror = () => failed(new Error("the browser cannot draw this picture"));
    image.onload = () => {
      const times = Math.max(2, devicePixelRatio);
      const canvas = html("canvas");
      canvas.width = Math.round(image.naturalWidth * times);
      canvas.height = Math.round(image.naturalHeight * times);
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      done(canvas.toDataURL("image/png"));
    };
    image.src = addressOf("image/svg+xml", text);
  });
}

/** A text as an address, so that nothing has to be fetched. */
export function addressOf(kind, text) {
  return `data:${kind};charset=utf-8,${encodeURIComponent(text)}`;
}

function placed(pen, svg, x, y) {
  copied(svg, make("g", { transform: `translate(${x},${y})` }, pen.file), pen.family);
}

/** Copy what can be seen of an element's children, with the looks that the page gave them. */
function copied(live, still, family, referred = false) {
  for (const one of live.children) {
    const tag = one.tagName;
    if (tag === "title" || tag === "desc") {
      make(tag, { text: one.textContent }, still);
      continue;
    }
    const style = getComputedStyle(one);
    const group = tag === "g" || tag === "defs" || REFERRED_TO.test(tag);
    if (!referred && (style.display === "none" || (!group && style.visibility === "hidden"))) continue;
    const copy = bare(one);
    const inside = referred || (group && tag !== "g");
    const words = tag === "text" || tag === "tspan";
    if (words) for (const node of one.childNodes) if (node.nodeType === Node.TEXT_NODE) copy.append(node.data);
    const seen = group || tag === "image" || dressed(copy, style, words ? family : null);
    if (!seen && !referred) continue;
    copied(one, copy, family, inside);
    if (group && !copy.children.length) continue;
    if (!inside && style.opacity !== "1") copy.setAttribute("opacity", style.opacity);
    if (tag === "g" && !referred) hoisted(copy);
    still.append(copy);
  }
}

/** An element without what only a page needs, and what a style sheet says better. */
function bare(one) {
  const copy = one.cloneNode(false);
  for (const { name } of [...copy.attributes])
    if (STILL_STYLES.includes(name) || ONLY_OF_A_PAGE.test(name)) copy.removeAttribute(name);
  if (!REFERRED_TO.test(one.tagName)) copy.removeAttribute("id");
  const clip = copy.getAttribute("clip-path");
  if (clip) copy.setAttribute("clip-path", within(clip));
  return copy;
}

/** A reference, which a page may give with its own address, to the same in this file. */
const within = (reference) => reference.replace(/url\(["']?[^#)]*(#[^"')]*)["']?\)/, "url($1)");

/** Write into a copy how it looks; false if it cannot be seen. Words have a `family`. */
function dressed(copy, style, family) {
  const [fill, through] = plainColor(style.fill);
  const [stroke, over] = plainColor(style.stroke);
  const looks = { fill, stroke };
  if (fill !== "none") looks["fill-opacity"] = brief(through * style.fillOpacity);
  if (stroke !== "none") {
    looks["stroke-opacity"] = brief(over * style.strokeOpacity);
    looks["stroke-width"] = brief(parseFloat(style.strokeWidth));
    looks["stroke-dasharray"] = style.strokeDasharray.replace(/px|,/g, "");
    looks["stroke-linecap"] = style.strokeLinecap;
    looks["stroke-linejoin"] = style.strokeLinejoin;
  }
  if (family) {
    looks["font-family"] = style.fontFamily;
    looks["font-size"] = brief(parseFloat(style.fontSize));
    looks["font-weight"] = style.fontWeight;
    looks["text-anchor"] = style.textAnchor;
  }
  const unsaid = { ...STILL_PAINT, ...STILL_TYPE, "font-family": family };
  for (const [name, value] of Object.entries(looks)) if (value !== unsaid[name]) copy.setAttribute(name, value);
  return fill !== "none" || stroke !== "none";
}

/** What all in a group have in common is said once, of the group. */
function hoisted(group) {
  const all = [...group.children].filter((one) => one.tagName !== "title");
  if (all.length < 2) return;
  for (const name of STILL_STYLES) {
    const value = name === "opacity" ? null : all[0].getAttribute(name);
    if (value === null || all.some((one) => one.getAttribute(name) !== value)) continue;
    group.setAttribute(name, value);
    for (const one of all) one.removeAttribute(name);
  }
}

/** A colour as every program reads it, and how much of it is seen. */
function plainColor(color) {
  const mixed = /^color\(srgb ([^)]*)\)/.exec(color);
  const parts = ((mixed ?? /^rgba?\(([^)]*)\)/.exec(color))?.[1] ?? "").match(/[\d.e-]+/g)?.map(Number);
  if (!parts) return [within(color.trim()), 1];
  const [seen, times] = [parts[3] ?? 1, mixed ? 255 : 1];
  const digits = parts.slice(0, 3).map((part) => Math.round(part * times).toString(16).padStart(2, "0"));
  return seen ? [`#${digits.join("")}`, seen] : ["none", 0];
}

const brief = (value) => String(Number(Number(value).toFixed(3)));

/** Words from the left, in as many lines as they need. */
function writeWords(pen, words, size, weight) {
  const wide = ruler(`${weight} ${size}px`, pen.family);
  const lines = [""];
  for (const word of words.split(" ")) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (wide(longer) <= pen.inner || !lines.at(-1)) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  for (const text of lines) {
    pen.y += 1.35 * size;
    make("text", { x: ROOM_AROUND, y: brief(pen.y - 0.3 * size), fill: pen.color, "font-size": brief(size), "font-weight": weight === 400 ? null : weight, text }, pen.file);
  }
}

/** The marks of a legend and their words, in lines. */
function writeLegend(pen, legend, size) {
  const wide = ruler(`${size}px`, pen.family);
  const line = 1.5 * size;
  let x = ROOM_AROUND;
  pen.y += 4;
  for (const item of legend.children) {
    const mark = item.querySelector("svg");
    const words = item.textContent.trim();
    const [across, tall] = ["width", "height"].map((name) => Number(mark?.getAttribute(name)));
    const needed = across + 6 + wide(words);
    if (x > ROOM_AROUND && x + needed > pen.inner + ROOM_AROUND) [x, pen.y] = [ROOM_AROUND, pen.y + line];
    if (mark) placed(pen, mark, brief(x), brief(pen.y + (line - tall) / 2));
    make("text", { x: brief(x + across + 6), y: brief(pen.y + line / 2 + 0.35 * size), fill: pen.color, "font-size": brief(size), text: words }, pen.file);
    x += needed + 1.3 * size;
  }
  pen.y += line + 4;
}

/** How wide words are, in the page's font or in the one that a reader without it sees. */
function ruler(style, family) {
  const context = html("canvas").getContext("2d");
  const wide = (words, font) => {
    context.font = `${style} ${font}`;
    return context.measureText(words).width;
  };
  return (words) => Math.max(wide(words, family), wide(words, "sans-serif"));
}
