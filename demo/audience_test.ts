import assert from "node:assert/strict";
import { stripVTControlCharacters } from "node:util";

import { createLiveAudience, createPlainAudience } from "./audience.ts";
import type { Scene, StoryLine } from "./scene.ts";
import { noColours } from "./view/paint.ts";

const SCENE: Scene = { seed: 7, speed: 20, atMs: 61_000, clusters: [] };
const LINE: StoryLine = { atMs: 61_000, teller: "world", tone: "neutral", text: "It rains" };

Deno.test("createPlainAudience() writes a line as it is told, and no pictures", () => {
  let text = "";
  const audience = createPlainAudience((written) => void (text += written));
  audience.hear(LINE);
  audience.see(SCENE, [LINE]);
  audience.leave(["done"]);
  assert.equal(text, "01:01  world       It rains\ndone\n");
});

function liveOutput(size: () => { columns: number; rows: number }): string[] {
  let text = "";
  const terminal = { write: (written: string) => void (text += written), size };
  const audience = createLiveAudience(terminal, ["what to type"], noColours);
  audience.see(SCENE, [LINE]);
  audience.leave(["done"]);
  return stripVTControlCharacters(text).split("\r\n");
}

Deno.test("createLiveAudience() draws the scene with the hints at its foot, and leaves the end", () => {
  const lines = liveOutput(() => ({ columns: 80, rows: 24 }));
  assert.match(lines[0] ?? "", /CNPG Storage Manager .*seed 7/);
  assert.equal(lines.some((line) => line.includes("It rains")), true);
  assert.equal(lines.findIndex((line) => line.startsWith("what to type")), 23);
  assert.equal(lines.some((line) => line.endsWith("done")), true);
});

Deno.test("createLiveAudience() draws where the terminal does not know its size", () => {
  function unknown(): never {
    throw new Error("no terminal");
  }
  for (const size of [unknown, () => ({ columns: 0, rows: 0 })]) {
    assert.equal(liveOutput(size).some((line) => line.includes("It rains")), true);
  }
});
