/**
 * Kubernetes quantities: sizes as they stand in specs (`15Gi`, `1.5G`, `1e9`, `100m`).
 *
 * The grammar and the rounding are those of `k8s.io/apimachinery/pkg/api/resource` (`quantity.go`), with two
 * exceptions: a text without digits is refused (Kubernetes reads `Gi` as zero), and decimal amounts are cut where
 * Kubernetes cuts binary ones (no size is so large).
 *
 * @module
 */

import { type Bytes, bytes } from "./bytes.ts";

/** An exact amount in billionths: nothing finer exists in Kubernetes. */
export interface Quantity {
  readonly nanos: bigint;
}

const NANOS_PER_UNIT = 10n ** 9n;

/** The largest signed 64-bit integer; larger amounts are cut to it. */
const UNITS_MAX = 2n ** 63n - 1n;

/** Beyond this many decimal places either way the result is the cap or one nano, whatever the digits say. */
const EXPONENT_MAX = 100;

/** Longer texts are refused: no size needs them, and arithmetic on them would take unbounded time. */
const TEXT_LENGTH_MAX = 64;

/** Bytes of each binary suffix, the largest first: powers of two, exact as numbers too. */
const BINARY_UNITS: ReadonlyMap<string, number> = new Map(
  ["Ei", "Pi", "Ti", "Gi", "Mi", "Ki"].map((suffix, index) => [suffix, 1024 ** (6 - index)]),
);

const DECIMAL_EXPONENTS: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  "": 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};

const QUANTITY_PATTERN =
  /^(?<sign>[+-]?)(?:(?<whole>\d+)(?:\.(?<fraction>\d*))?|\.(?<bare>\d+))(?<suffix>[KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?$/;

/**
 * Reads a quantity.
 *
 * @throws {SyntaxError} If `text` does not follow the grammar.
 */
export function parseQuantity(text: string): Quantity {
  const groups = text.length > TEXT_LENGTH_MAX ? undefined : QUANTITY_PATTERN.exec(text)?.groups;
  if (groups === undefined) throw notAQuantity(text);
  const whole = groups["whole"] ?? "";
  const fraction = groups["fraction"] ?? groups["bare"] ?? "";
  const magnitude = scale(BigInt(whole + fraction), fraction.length, groups["suffix"] ?? "");
  return { nanos: groups["sign"] === "-" ? -magnitude : magnitude };
}

/**
 * A quantity as a number of bytes, fractions rounded up as `Quantity.Value()` does.
 *
 * @throws {RangeError} If the quantity is negative or larger than {@link Bytes} can hold.
 */
export function quantityToBytes(quantity: Quantity): Bytes {
  if (quantity.nanos < 0n) {
    throw new RangeError(
      `Cannot use ${unitsOf(quantity)} as a size: expected a quantity of 0 or more`,
    );
  }
  const units = divideUp(quantity.nanos, NANOS_PER_UNIT);
  if (units > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new RangeError(
      `Cannot use ${units} as a size: expected at most ${Number.MAX_SAFE_INTEGER} bytes`,
    );
  }
  return bytes(Number(units));
}

/**
 * Reads a quantity as a number of bytes.
 *
 * @throws {SyntaxError} If `text` is not a quantity.
 * @throws {RangeError} If it is negative or larger than {@link Bytes} can hold.
 */
export function parseBytes(text: string): Bytes {
  return quantityToBytes(parseQuantity(text));
}

/** Negative, zero or positive, as `first` is smaller than, equal to or larger than `second`. */
export function compareQuantities(first: Quantity, second: Quantity): number {
  if (first.nanos === second.nanos) return 0;
  return first.nanos < second.nanos ? -1 : 1;
}

/**
 * A size in the canonical binary form of Kubernetes: the largest suffix that leaves a whole number, so that
 * reading it again gives exactly `size` (1.5 GiB is `1536Mi`).
 */
export function formatQuantity(size: Bytes): string {
  if (size === 0) return "0";
  for (const [suffix, unit] of BINARY_UNITS) {
    if (size % unit === 0) return `${size / unit}${suffix}`;
  }
  return `${size}`;
}

function scale(digits: bigint, fractionDigits: number, suffix: string): bigint {
  if (digits === 0n) return 0n;
  const exact = suffix.endsWith("i")
    ? divideUp(digits * binaryUnit(suffix) * NANOS_PER_UNIT, 10n ** BigInt(fractionDigits))
    : shiftUp(digits, decimalExponent(suffix) - fractionDigits + 9);
  const cap = UNITS_MAX * NANOS_PER_UNIT;
  return exact > cap ? cap : exact;
}

/** `digits × 10^places`, rounded away from zero. */
function shiftUp(digits: bigint, places: number): bigint {
  if (places >= 0) return digits * 10n ** BigInt(Math.min(places, EXPONENT_MAX));
  return divideUp(digits, 10n ** BigInt(Math.min(-places, EXPONENT_MAX)));
}

function decimalExponent(suffix: string): number {
  const known = DECIMAL_EXPONENTS[suffix];
  return known ?? Number(suffix.slice(1));
}

function binaryUnit(suffix: string): bigint {
  return BigInt(BINARY_UNITS.get(suffix) ?? 1);
}

function divideUp(dividend: bigint, divisor: bigint): bigint {
  return (dividend + divisor - 1n) / divisor;
}

function unitsOf(quantity: Quantity): string {
  return `${Number(quantity.nanos) / Number(NANOS_PER_UNIT)}`;
}

function notAQuantity(text: string): SyntaxError {
  const found = text.length > TEXT_LENGTH_MAX ? `${text.length} characters` : JSON.stringify(text);
  return new SyntaxError(
    `Cannot read a quantity: expected a number with an optional suffix such as "10Gi", found ${found}`,
  );
}
