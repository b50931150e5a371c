import { deepEqual, equal, throws } from "node:assert/strict";
import fc from "fast-check";
import { bytes, MEBIBYTE } from "./bytes.ts";
import {
  compareQuantities,
  formatQuantity,
  parseBytes,
  parseQuantity,
  quantityToBytes,
} from "./quantity.ts";

/** Texts and what `resource.ParseQuantity(text)` holds, in billionths. */
const KUBERNETES_AMOUNTS: ReadonlyArray<readonly [string, bigint]> = [
  ["0", 0n],
  ["0n", 0n],
  ["0Ki", 0n],
  ["1n", 1n],
  ["1u", 1_000n],
  ["100m", 100_000_000n],
  ["1", 1_000_000_000n],
  ["+1", 1_000_000_000n],
  ["-1", -1_000_000_000n],
  ["1k", 1_000n * 10n ** 9n],
  ["1Ki", 1_024n * 10n ** 9n],
  ["5.", 5n * 10n ** 9n],
  [".5", 5n * 10n ** 8n],
  ["0.1", 10n ** 8n],
  ["1e3", 1_000n * 10n ** 9n],
  ["1E3", 1_000n * 10n ** 9n],
  ["1e+3", 1_000n * 10n ** 9n],
  ["100e-2", 10n ** 9n],
  ["1E", 10n ** 27n],
  // Finer than a nano is rounded away from zero.
  ["0.1n", 1n],
  ["-0.1n", -1n],
  ["1e-30", 1n],
  ["0.0000000001Ki", 103n],
  // A binary amount larger than a signed 64-bit integer is cut to it.
  ["8Ei", (2n ** 63n - 1n) * 10n ** 9n],
];

const KUBERNETES_VALUES: ReadonlyArray<readonly [string, number]> = [
  ["10Gi", 10 * 1024 ** 3],
  ["1.5Gi", 1536 * 1024 ** 2],
  ["0.1Gi", 107_374_183],
  ["15G", 15_000_000_000],
  ["100M", 100_000_000],
  ["1Ti", 1024 ** 4],
  ["1Pi", 1024 ** 5],
  ["2P", 2e15],
  ["1e9", 1_000_000_000],
  ["1m", 1],
  ["1100m", 2],
  ["0", 0],
];

const REFUSED = [
  "",
  " ",
  "1K",
  "1i",
  ".5i",
  "1 Gi",
  " 1",
  "1 ",
  "1ki",
  "0.1mi",
  "1e",
  "1e-",
  "1.1.M",
  "1+1.0M",
  "1GiB",
  "--1",
  "0x10",
  "NaN",
  "1,5Gi",
  "1".repeat(65),
];

Deno.test("parseQuantity() holds the amount that Kubernetes holds", () => {
  for (const [text, nanos] of KUBERNETES_AMOUNTS) {
    equal(parseQuantity(text).nanos, nanos, text);
  }
});

Deno.test("parseBytes() gives the value that Kubernetes gives, fractions rounded up", () => {
  for (const [text, value] of KUBERNETES_VALUES) equal(parseBytes(text), value, text);
});

Deno.test("parseQuantity() refuses what Kubernetes refuses", () => {
  for (const text of REFUSED) throws(() => parseQuantity(text), SyntaxError, text);
});

Deno.test("parseQuantity() refuses a text without digits, which Kubernetes reads as zero", () => {
  for (const text of [".", "-", "Gi", "e3"]) throws(() => parseQuantity(text), SyntaxError, text);
});

Deno.test("parseQuantity() cuts decimal amounts in bounded time", () => {
  const largest = (2n ** 63n - 1n) * 10n ** 9n;
  for (const text of ["10E", "1e1000000", "9".repeat(64)]) {
    equal(parseQuantity(text).nanos, largest, text);
  }
  equal(parseQuantity("-1e1000000").nanos, -largest);
  equal(parseQuantity("1e-1000000").nanos, 1n);
});

Deno.test("parseQuantity() names what it found", () => {
  throws(() => parseQuantity("10 Gi"), {
    name: "SyntaxError",
    message:
      'Cannot read a quantity: expected a number with an optional suffix such as "10Gi", found "10 Gi"',
  });
});

Deno.test("quantityToBytes() refuses negative and inexact sizes", () => {
  throws(() => quantityToBytes(parseQuantity("-1Gi")), RangeError);
  throws(() => quantityToBytes(parseQuantity("8Pi")), RangeError);
  throws(() => quantityToBytes(parseQuantity("1e1000")), RangeError);
  equal(quantityToBytes(parseQuantity("9007199254740991")), Number.MAX_SAFE_INTEGER);
});

Deno.test("formatQuantity() writes the canonical binary form", () => {
  equal(formatQuantity(bytes(0)), "0");
  equal(formatQuantity(bytes(1000)), "1000");
  equal(formatQuantity(bytes(1024)), "1Ki");
  equal(formatQuantity(bytes(1536 * MEBIBYTE)), "1536Mi");
  equal(formatQuantity(bytes(15 * 1024 ** 3)), "15Gi");
  equal(formatQuantity(bytes(15 * 1024 ** 3 + 1)), "16106127361");
  equal(formatQuantity(bytes(2 * 1024 ** 5)), "2Pi");
});

Deno.test("parseBytes() reads back exactly what formatQuantity() wrote", () => {
  const anySize = fc.oneof(
    fc.maxSafeNat(),
    fc.tuple(fc.nat(8191), fc.nat(4)).map(([count, power]) => count * 1024 ** power),
  );
  fc.assert(fc.property(anySize, (size) => {
    equal(parseBytes(formatQuantity(bytes(size))), size);
  }));
});

Deno.test("parseBytes() agrees with exact arithmetic for every suffix", () => {
  const suffixes: ReadonlyArray<readonly [string, bigint]> = [
    ["", 1n],
    ["k", 10n ** 3n],
    ["M", 10n ** 6n],
    ["G", 10n ** 9n],
    ["T", 10n ** 12n],
    ["Ki", 2n ** 10n],
    ["Mi", 2n ** 20n],
    ["Gi", 2n ** 30n],
    ["Ti", 2n ** 40n],
  ];
  fc.assert(
    fc.property(
      fc.nat(4000),
      fc.nat(999),
      fc.constantFrom(...suffixes),
      (whole, thousandths, [suffix, unit]) => {
        const text = `${whole}.${String(thousandths).padStart(3, "0")}${suffix}`;
        const exact = (BigInt(whole) * 1000n + BigInt(thousandths)) * unit;
        equal(BigInt(parseBytes(text)), (exact + 999n) / 1000n, text);
      },
    ),
  );
});

Deno.test("compareQuantities() orders as the amounts do", () => {
  const texts = ["-1", "0", "1n", "0.1", "100m", "1", "1k", "1Ki", "1M", "1e7", "1Gi", "1E"];
  const sorted = [...texts].reverse().sort((first, second) =>
    compareQuantities(parseQuantity(first), parseQuantity(second))
  );
  // "0.1" and "100m" are equal and may stand either way.
  deepEqual(
    sorted.map((text) => parseQuantity(text).nanos),
    texts.map((text) => parseQuantity(text).nanos),
  );
  fc.assert(fc.property(fc.maxSafeNat(), fc.maxSafeNat(), (first, second) => {
    equal(
      compareQuantities(parseQuantity(`${first}`), parseQuantity(`${second}`)),
      Math.sign(first - second),
    );
  }));
});
