/**
 * Quantities that remember whether they were written in powers of two, as `resource.Quantity` does: sums and
 * messages keep that form.
 *
 * @module
 */

import { bytes } from "../../lib/units/bytes.ts";
import { formatQuantity, parseQuantity } from "../../lib/units/quantity.ts";

/** A quantity and its form. */
export interface Amount {
  readonly nanos: bigint;
  readonly isBinary: boolean;
}

const NANOS_PER_UNIT = 10n ** 9n;

/** Decimal suffixes and the nanos that they stand for, largest first. */
const DECIMAL_SUFFIXES = [
  ["E", 27n],
  ["P", 24n],
  ["T", 21n],
  ["G", 18n],
  ["M", 15n],
  ["k", 12n],
  ["", 9n],
  ["m", 6n],
  ["u", 3n],
  ["n", 0n],
] as const;

/** Reads a quantity as JSON has it, a text or a number; undefined if it is none. */
export function parseAmount(value: unknown): Amount | undefined {
  if (typeof value !== "string" && typeof value !== "number") return undefined;
  const text = `${value}`;
  try {
    return { nanos: parseQuantity(text).nanos, isBinary: /[KMGTPE]i$/.test(text) };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The canonical form: the largest suffix that leaves a whole number. */
export function amountText({ nanos, isBinary }: Amount): string {
  if (nanos === 0n) return "0";
  if (nanos < 0n) return `-${amountText({ nanos: -nanos, isBinary })}`;
  const units = nanos / NANOS_PER_UNIT;
  // Upstream writes small amounts in decimal whatever their form.
  const isPlain = units * NANOS_PER_UNIT === nanos && units >= 1024n;
  if (isBinary && isPlain && units <= BigInt(Number.MAX_SAFE_INTEGER)) {
    return formatQuantity(bytes(Number(units)));
  }
  for (const [suffix, exponent] of DECIMAL_SUFFIXES) {
    if (nanos % 10n ** exponent === 0n) return `${nanos / 10n ** exponent}${suffix}`;
  }
  return `${nanos}n`;
}
