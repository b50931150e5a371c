import assert from "node:assert/strict";
import { findOversized, measureFiles, measureFunctions, summarize } from "./report_sizes.ts";

function lines(count: number): string {
  return "  void 0;\n".repeat(count);
}

const SOURCES = [
  { path: "lib/a.ts", text: `export function a(): void {\n${lines(69)}}\n` },
  { path: "lib/b.ts", text: `/** Why. */\nconst b = (): void => {\n${lines(3)}};\n` },
  { path: "lib/b_test.ts", text: `Deno.test("x", () => {\n${lines(400)}});\n` },
];

Deno.test("measureFiles() counts lines and leaves tests out", () => {
  const sizes = measureFiles(SOURCES).map(({ path, lines }) => [path, lines]);
  assert.deepEqual(sizes, [["lib/a.ts", 71], ["lib/b.ts", 6]]);
});

Deno.test("measureFunctions() counts from the first to the last line, without comments before", () => {
  const sizes = measureFunctions(SOURCES).map(({ name, line, lines }) => [name, line, lines]);
  assert.deepEqual(sizes, [["a", 1, 71], ["function", 2, 5]]);
});

Deno.test("measureFunctions() skips signatures without a body", () => {
  const text = `interface A { b(): void }\ndeclare function c(): void;\ntype D = () => void;`;
  assert.deepEqual(measureFunctions([{ path: "lib/a.ts", text }]), []);
});

Deno.test("findOversized() allows the cap itself and refuses one line more", () => {
  const sized = [70, 71].map((count) => ({ path: "a.ts", line: 1, name: "a", lines: count }));
  assert.deepEqual(findOversized(sized, 70).map(({ message }) => message), [
    "a has 71 lines: at most 70, split it by thought",
  ]);
});

Deno.test("summarize() gives median, p90 and the largest by nearest rank", () => {
  const sized = [5, 1, 4, 2, 3, 6, 8, 7, 10, 9]
    .map((count) => ({ path: "a.ts", line: count, name: "a", lines: count }));
  assert.equal(
    summarize("functions", sized),
    "functions: 10, lines median 5, p90 9, largest 10 (a.ts:10 a)",
  );
  assert.equal(summarize("files", []), "files: none");
});
