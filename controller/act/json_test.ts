import assert from "node:assert/strict";
import fc from "fast-check";
import { isSameJson } from "./json.ts";

const TABLE: readonly [first: unknown, second: unknown, same: boolean][] = [
  [{ a: 1, b: [{ c: null }] }, { b: [{ c: null }], a: 1 }, true],
  [{ a: 1, b: undefined }, { a: 1 }, true],
  [{ a: 1 }, { a: 1, b: undefined }, true],
  [{ a: undefined }, { a: 1 }, false],
  [{ a: 1 }, { a: 1, b: 2 }, false],
  [{}, { constructor: 1 }, false],
  [{ a: null }, {}, false],
  [[1, 2], [2, 1], false],
  [[1], [1, 2], false],
  [[], {}, false],
  ["1", 1, false],
];

for (const [first, second, same] of TABLE) {
  const texts = [JSON.stringify(first), JSON.stringify(second)].join(" and ");
  Deno.test(`isSameJson() tells ${same ? "no" : "a"} difference between ${texts}`, () => {
    assert.equal(isSameJson(first, second), same);
    assert.equal(isSameJson(second, first), same);
  });
}

Deno.test("isSameJson() agrees with what a reader of the texts would say", () => {
  fc.assert(fc.property(fc.jsonValue(), fc.jsonValue(), (first, second) => {
    assert.ok(isSameJson(first, structuredClone(first)));
    const isSame = JSON.stringify(first) === JSON.stringify(second);
    if (isSame) assert.ok(isSameJson(first, second));
  }));
});
