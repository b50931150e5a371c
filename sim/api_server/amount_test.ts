import assert from "node:assert/strict";
import * as fc from "fast-check";
import { amountText, parseAmount } from "./amount.ts";

function canonical(text: unknown): string | undefined {
  const amount = parseAmount(text);
  return amount === undefined ? undefined : amountText(amount);
}

const TEXTS: readonly (readonly [unknown, string | undefined])[] = [
  ["1024Mi", "1Gi"],
  ["0.5Gi", "512Mi"],
  ["1000M", "1G"],
  ["1073741824", "1073741824"],
  ["512Ki", "512Ki"],
  ["1Ki", "1Ki"],
  ["0Gi", "0"],
  ["-1Gi", "-1Gi"],
  ["100m", "100m"],
  ["1500m", "1500m"],
  ["1n", "1n"],
  [5, "5"],
  ["1.5G", "1500M"],
  ["x", undefined],
  [undefined, undefined],
];

for (const [text, form] of TEXTS) {
  Deno.test(`amountText() writes ${text} as ${form}`, () => {
    assert.equal(canonical(text), form);
  });
}

Deno.test("amountText() writes what parseAmount() reads as the same amount", () => {
  const amounts = fc.record({
    nanos: fc.oneof(
      fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }),
      fc.bigInt({ min: 0n, max: 2n ** 40n }).map((units) => units * 10n ** 9n),
    ),
    isBinary: fc.boolean(),
  });
  fc.assert(fc.property(amounts, (amount) => {
    assert.equal(parseAmount(amountText(amount))?.nanos, amount.nanos);
  }));
});
