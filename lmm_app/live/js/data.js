// What Python sends: pictures in JSON, the arrays that they point into, and the parts they share.

const KINDS = { f8: Float64Array, f4: Float32Array, u4: Uint32Array, u2: Uint16Array, u1: Uint8Array, i1: Int8Array };
const parts = new Map();
const asked = new Map();
const owners = new Map();
const waiting = new Set();
const panels = new Map();

/**
 * Take in one part, compressed: [u32 length][JSON {id, content}][arrays, 8-aligned].
 * In the JSON an array is {"$": kind, at, length}, `at` in bytes from where the arrays begin, and
 * {"@": id} is another part, which under "*" stands in the picture itself. A part stays as long as an owner holds it.
 */
export async function hold(owner, packed) {
  asked.set(owner, packed);
  const bytes = new Uint8Array(await inflated(packed).arrayBuffer());
  // While it was unpacked its owner may have been given another one, or may have left.
  if (asked.get(owner) !== packed) return;
  const length = new DataView(bytes.buffer).getUint32(0, true);
  const json = new TextDecoder().decode(bytes.subarray(4, 4 + length));
  // A copy, so that the arrays stand where the processor wants them.
  const arrays = bytes.slice(4 + length).buffer;
  const { id, content } = JSON.parse(json, (_, value) =>
    value && value.$ ? new KINDS[value.$](arrays, value.at, value.length) : value,
  );
  // What is there already stays: pictures may remember what they computed from it.
  if (!parts.has(id)) parts.set(id, content);
  const before = owners.get(owner);
  owners.set(owner, id);
  if (before !== id) forget(before);
  for (const call of [...waiting]) call();
}

/** What was compressed, to be awaited in the form that is wanted. */
export function inflated(packed) {
  return new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate")));
}

/** Let go of what an owner held. */
export function release(owner) {
  const id = owners.get(owner);
  asked.delete(owner);
  owners.delete(owner);
  forget(id);
}

/** Take in a panel whose script comes only with a board that shows it; its picture names it `later`. */
export function panelComes(name, panel) {
  panels.set(name, panel);
  for (const call of [...waiting]) call();
}

/** A panel that has come. */
export const panelOf = (name) => panels.get(name);

function forget(id) {
  if (![...owners.values()].includes(id)) parts.delete(id);
}

/** The picture of this name with the parts that it stands on; null while one is missing. */
export function picture(id) {
  let missing = false;
  const whole = (value) => {
    if (value && value["@"]) {
      missing ||= !parts.has(value["@"]);
      return parts.get(value["@"]);
    }
    if (Array.isArray(value)) return value.map(whole);
    if (!value || Object.getPrototypeOf(value) !== Object.prototype) return value;
    const { "*": inside, ...own } = value;
    const found = Object.fromEntries(Object.entries(own).map(([key, one]) => [key, whole(one)]));
    return inside ? { ...found, ...whole(inside) } : found;
  };
  const found = parts.has(id) ? { ...whole(parts.get(id)), id } : null;
  return missing || (found?.later && !panels.has(found.later)) ? null : found;
}

/** Be called at every part that comes, until the returned function is called. */
export function awaitParts(call) {
  waiting.add(call);
  return () => waiting.delete(call);
}
