/**
 * CRC-32C (Castagnoli), the checksum that PostgreSQL keeps in pg_control and in slot state files.
 *
 * @module
 */

/** The polynomial with its bits reversed, as the shift to the right wants it. */
const POLYNOMIAL = 0x82F63B78;

const TABLE = makeTable();

/** The CRC-32C of some bytes, as a number without a sign. */
export function crc32c(content: Uint8Array): number {
  let crc = 0xFFFFFFFF;
  for (const byte of content) crc = (crc >>> 8) ^ (TABLE[(crc ^ byte) & 0xFF] ?? 0);
  return (crc ^ 0xFFFFFFFF) >>> 0;
}

function makeTable(): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, index) => {
    let value = index;
    for (let bit = 0; bit < 8; bit += 1) {
      value = value & 1 ? (value >>> 1) ^ POLYNOMIAL : value >>> 1;
    }
    return value;
  });
}
