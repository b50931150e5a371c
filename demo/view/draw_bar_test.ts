import assert from "node:assert/strict";
import fc from "fast-check";

import type { SceneVolume } from "../scene.ts";
import { drawBar, usedPercent } from "./draw_bar.ts";
import { noColours } from "./paint.ts";

function volume(changes: Partial<SceneVolume> = {}): SceneVolume {
  return {
    instance: "orders-1",
    role: "data",
    usedBytes: 5,
    availableBytes: 5,
    sizeBytes: 10,
    ...changes,
  };
}

Deno.test("drawBar() has the same length whatever it shows", () => {
  const amount = fc.integer({ min: 0, max: 100 });
  fc.assert(fc.property(amount, amount, amount, (usedBytes, sizeBytes, requestedBytes) => {
    const bar = drawBar(volume({ usedBytes, sizeBytes, requestedBytes }), 100, 30, noColours);
    assert.equal(bar.length, 30);
  }));
});

Deno.test("drawBar() refuses a bar without columns or length", () => {
  for (const [longest, columns] of [[0, 10], [10, 0]] as const) {
    assert.throws(() => drawBar(volume(), longest, columns, noColours), /expected columns/);
  }
});

Deno.test("usedPercent() never says more than is used", () => {
  const cases = [[0, 0, 0], [849, 151, 84], [1000, 0, 100], [999, 1, 99]] as const;
  for (const [usedBytes, availableBytes, percent] of cases) {
    assert.equal(usedPercent(volume({ usedBytes, availableBytes })), percent);
  }
});

Deno.test("usedPercent() counts without the file system's reserve", () => {
  const reserved = volume({ usedBytes: 85, availableBytes: 15, sizeBytes: 105 });
  assert.equal(usedPercent(reserved), 85);
});
