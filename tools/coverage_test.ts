import assert from "node:assert/strict";
import {
  type Coverage,
  coverageByRoom,
  findUnloaded,
  formatCoverage,
  isUncovered,
  parseLcov,
} from "./coverage.ts";

const LCOV = `SF:/repo/lib/a.ts
FNF:1
DA:1,2
DA:2,0
LH:17
LF:20
end_of_record
SF:/repo/lib/a_testing.ts
LH:0
LF:50
end_of_record
SF:/elsewhere/lib/b.ts
LH:1
LF:1
end_of_record
SF:/repo/kube/c.ts
LH:1
LF:4
end_of_record
`;

function coverage(path: string, linesHit: number, linesFound: number): Coverage {
  return { path, linesFound, linesHit };
}

Deno.test("parseLcov() reads the files below the root", () => {
  assert.deepEqual(parseLcov(LCOV, "/repo"), [
    coverage("lib/a.ts", 17, 20),
    coverage("lib/a_testing.ts", 0, 50),
    coverage("kube/c.ts", 1, 4),
  ]);
});

Deno.test("coverageByRoom() sums files and leaves test helpers and empty rooms out", () => {
  assert.deepEqual(coverageByRoom(parseLcov(LCOV, "/repo")), [
    coverage("lib", 17, 20),
    coverage("kube", 1, 4),
  ]);
});

Deno.test("isUncovered() is true below 85 percent and false at 85 percent", () => {
  assert.equal(isUncovered(coverage("lib", 85, 100)), false);
  assert.equal(isUncovered(coverage("lib", 849, 1000)), true);
});

Deno.test("findUnloaded() counts the lines of files that no test has loaded", () => {
  const types =
    `import type { B } from "./b.ts";\n/** One. */\nexport interface A { b: B }\ndeclare const c: 1;\n`;
  const code = `/** One. */\nexport function a(): number {\n  // Why.\n\n  return 1;\n}\n`;
  const sources = [
    { path: "lib/a.ts", text: code },
    { path: "lib/b.ts", text: code },
    { path: "lib/c.ts", text: types },
    { path: "lib/d_test.ts", text: code },
    { path: "tools/e.ts", text: code },
  ];
  assert.deepEqual(findUnloaded(sources, [coverage("lib/a.ts", 3, 3)]), [
    coverage("lib/b.ts", 0, 3),
  ]);
});

Deno.test("formatCoverage() marks rooms under the minimum and lists their files", () => {
  const files = [
    coverage("lib/a.ts", 9, 10),
    coverage("kube/b.ts", 1, 2),
    coverage("sim/c.ts", 0, 1),
  ];
  assert.equal(
    formatCoverage(coverageByRoom(files), files),
    "Line coverage per room (at least 85 %)\n" +
      "  90.0 %          9/10  lib\n" +
      "  50.0 %           1/2  kube  under the minimum\n" +
      "Files below 85 %\n" +
      "  50.0 %           1/2  kube/b.ts\n",
  );
});
