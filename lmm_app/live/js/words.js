// Numbers as Python writes them (lmm_app/fit/text.py), for what is computed here at any h.

const MINUS = "−";
const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";
// Digits beyond those that are written, by which a number in the middle of two is known.
const TAIL = 25;

/** A number for reading: significant digits, a true minus sign, and a dash for none. */
export function number(value, digits = 4) {
  if (Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : `${MINUS}∞`;
  if (value === 0) return "0";
  const size = Math.abs(value);
  const words =
    size >= 1e-3 && size < 1e6
      ? grouped(fixed(value, Math.max(0, digits - 1 - powerOf(size))))
      : scientific(value, digits - 1);
  return words.replaceAll("-", MINUS);
}

/** An estimate and its standard error, to two significant digits of the error. */
export function plusMinus(value, error) {
  if (!(Number.isFinite(value) && Number.isFinite(error) && error > 0)) return number(value);
  const decimals = 1 - powerOf(error);
  if (decimals < 0 || decimals > 6) return `${number(value)} ± ${number(error, 2)}`;
  return `${grouped(fixed(value, decimals))} ± ${grouped(fixed(error, decimals))}`.replaceAll("-", MINUS);
}

/** A share of the variance: two decimals, more if it needs them. */
export function share(h) {
  const two = Math.round(h * 100) / 100;
  return Math.abs(two - h) < 1e-9 ? two.toFixed(2) : fixed(h, 4);
}

/** A number that is added: in brackets where it is negative. */
export function signed(value) {
  const words = number(value);
  return words.startsWith(MINUS) ? `(${words})` : words;
}

/** A number with so many decimals; one that lies in the middle goes to the even digit. */
export function fixed(value, decimals) {
  return even(value.toFixed(decimals + TAIL), value.toFixed(decimals));
}

function scientific(value, decimals) {
  const [long, power] = value.toExponential(decimals + TAIL).split("e");
  const [rounded, after] = value.toExponential(decimals).split("e");
  const digits = even(long, rounded);
  const raised = [...String(Number(digits === rounded ? after : power))].map((sign) => RAISED[sign] ?? "⁻").join("");
  return `${digits} × 10${raised}`;
}

/** Of a number with a tail of digits and the same rounded, what goes to the even digit. */
function even(long, rounded) {
  const cut = long.slice(0, -TAIL).replace(/\.$/, "");
  return /^50*$/.test(long.slice(-TAIL)) && Number(cut.at(-1)) % 2 === 0 ? cut : rounded;
}

/** The power of ten that a positive number begins with. */
function powerOf(size) {
  return Number(size.toExponential().split("e")[1]);
}

function grouped(words) {
  const [whole, part] = words.split(".");
  const marked = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return part === undefined ? marked : `${marked}.${part}`;
}
