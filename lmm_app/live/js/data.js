// What Python sends: two small JSON texts and, after them, the arrays that they point into.

const KINDS = { f8: Float64Array, f4: Float32Array };

/**
 * Unpack [u32 length][JSON of what moves][u32 length][JSON of the picture][arrays, 8-aligned].
 * In the JSON an array is {"$": kind, at, length}, `at` in bytes from where the arrays begin.
 */
export function unpack(bytes) {
  const text = new TextDecoder();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const read = () => {
    const length = view.getUint32(at, true);
    const json = text.decode(bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length;
    return json;
  };
  const moving = JSON.parse(read());
  const still = read();
  const start = Math.ceil(at / 8) * 8;
  // A copy, so that the arrays stand where the processor wants them.
  const arrays = bytes.slice(start).buffer;
  const picture = JSON.parse(still, (_, value) =>
    value && value.$ ? new KINDS[value.$](arrays, value.at, value.length) : value,
  );
  return { moving, picture };
}
