import assert from "node:assert/strict";

import fc from "fast-check";

import { createSeededRandom, type SeededRandom } from "./seeded_random.ts";

function draw(random: SeededRandom, count = 20): readonly number[] {
  return Array.from({ length: count }, () => random());
}

Deno.test("createSeededRandom() repeats itself for a seed and differs for others", () => {
  fc.assert(fc.property(fc.integer(), fc.integer(), (seed, other) => {
    assert.deepEqual(draw(createSeededRandom(seed)), draw(createSeededRandom(seed)));
    if (seed >>> 0 !== other >>> 0) {
      assert.notDeepEqual(draw(createSeededRandom(seed)), draw(createSeededRandom(other)));
    }
  }));
});

Deno.test("createSeededRandom() spreads evenly over 0 to 1", () => {
  for (const seed of [0, 1, 2, 0xffffffff]) {
    const tenths = Array.from({ length: 10 }, () => 0);
    for (const number of draw(createSeededRandom(seed), 10_000)) {
      assert.ok(number >= 0 && number < 1);
      const tenth = Math.floor(number * 10);
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    assert.ok(tenths.every((count) => count > 850 && count < 1_150), String(tenths));
  }
});

Deno.test("fork() gives a sequence of its own that what others draw does not change", () => {
  const untouched = createSeededRandom(5);
  const touched = createSeededRandom(5);
  draw(touched);
  draw(touched.fork("b"));
  assert.deepEqual(draw(untouched.fork("a")), draw(touched.fork("a")));
  const sequences = [
    untouched,
    untouched.fork("a"),
    untouched.fork("b"),
    untouched.fork("a").fork("a"),
  ];
  assert.equal(new Set(sequences.map((random) => draw(random).join())).size, 4);
  assert.notDeepEqual(draw(createSeededRandom(6).fork("a")), draw(createSeededRandom(5).fork("a")));
});
