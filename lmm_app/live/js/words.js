// Numbers as Python writes them (lmm_app/fit/text.py), for what is computed here at any h.

const MINUS = "−";

/** A number for reading: significant digits, a true minus sign, and a dash for none. */
export function number(value, digits = 4) {
  if (Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : `${MINUS}∞`;
  if (value === 0) return "0";
  const size = Math.abs(value);
  const words =
    size >= 1e-3 && size < 1e6
      ? grouped(fixed(value, Math.max(0, digits - 1 - powerOf(size))))
      : value.toExponential(digits - 1).replace(/e([+-])(\d)$/, "e$10$2");
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
  const scaled = Math.abs(value) * 10 ** decimals;
  const below = Math.floor(scaled);
  if (scaled - below === 0.5 && below % 2 === 0 && scaled / 10 ** decimals === Math.abs(value))
    return ((Math.sign(value) * below) / 10 ** decimals).toFixed(decimals);
  return value.toFixed(decimals);
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
