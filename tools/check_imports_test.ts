import assert from "node:assert/strict";
import { findForbiddenImports } from "./check_imports.ts";

const ALLOWED: readonly [path: string, text: string][] = [
  ["lib/a/b.ts", `import { z } from "zod"; import type { C } from "../c/d.ts";`],
  [
    "lib/a/b.ts",
    `// import "hono"\nconst text = 'import "hono"'; const more = \`import("hono")\`;`,
  ],
  ["lib/a/b_test.ts", `import assert from "node:assert/strict"; import fc from "fast-check";`],
  ["kube/a_test.ts", `import { inspect } from "node:util";`],
  ["lib/a/b_test.ts", `import { view } from "../testing/view.ts";`],
  ["kube/a.ts", `import { bytes } from "../lib/units/bytes.ts"; import { parse } from "yaml";`],
  [
    "agent/a.ts",
    `import { a } from "../lib/a.ts"; import { b } from "../kube/b.ts"; import "hono";`,
  ],
  ["agent/version.ts", `import config from "../deno.json" with { type: "json" };`],
  ["controller/a_test.ts", `import { mergePatch } from "../sim/api_server/merge_patch.ts";`],
  ["kube/testing/a.ts", `import { mergePatch } from "../../sim/api_server/merge_patch.ts";`],
  ["demo/a.ts", `import "../sim/world.ts"; import "../controller/main.ts";`],
  ["mod.ts", `export * from "./lib/units/bytes.ts";`],
];

const FORBIDDEN: readonly [path: string, text: string, message: RegExp][] = [
  ["lib/a.ts", `import { b } from "../kube/b.ts";`, /imports kube\/b\.ts: lib may import only lib/],
  ["lib/a.ts", `import "hono";`, /imports hono: lib may import only zod/],
  ["lib/a.ts", `import "zodiac";`, /imports zodiac/],
  ["lib/a.ts", `import assert from "node:assert/strict";`, /node:assert\/strict/],
  ["lib/a.ts", `export { x } from "npm:hono";`, /npm:hono/],
  ["lib/a.ts", `const m = await import("node:fs");`, /node:fs/],
  ["lib/a.ts", `type T = import("../agent/b.ts").T;`, /agent\/b\.ts/],
  ["lib/a_test.ts", `import "hono";`, /only zod, fast-check, node:\*/],
  ["lib/a.ts", `import { view } from "./testing/view.ts";`, /exists for tests alone/],
  ["kube/a.ts", `import { p } from "../lib/policy/p.ts";`, /lib\/policy\/p\.ts/],
  [
    "agent/a.ts",
    `import { b } from "../controller/b.ts";`,
    /agent may import only agent, lib, kube/,
  ],
  ["plugin/a.ts", `import { b } from "../controller/b.ts";`, /controller\/b\.ts/],
  ["controller/a.ts", `import { b } from "../sim/b.ts";`, /sim\/b\.ts: controller may import/],
  ["sim/a.ts", `import { b } from "../controller/b.ts";`, /controller\/b\.ts/],
  ["controller/a.ts", `import "/agent/b.ts";`, /agent\/b\.ts/],
  ["mod.ts", `export * from "./kube/api.ts";`, /kube\/api\.ts/],
  ["stray/a.ts", `export const a = 1;`, /a room that tools\/check_imports\.ts does not know/],
];

Deno.test("findForbiddenImports() lets the arrows of the design pass", () => {
  for (const [path, text] of ALLOWED) {
    assert.deepEqual(findForbiddenImports([{ path, text }]), [], text);
  }
});

Deno.test("findForbiddenImports() names the file, the import and what is allowed", () => {
  for (const [path, text, message] of FORBIDDEN) {
    const findings = findForbiddenImports([{ path, text }]);
    assert.equal(findings.length, 1, text);
    assert.match(findings[0]?.message ?? "", message);
  }
});

Deno.test("findForbiddenImports() gives the line of the import", () => {
  const text = `/** Why. */\n\nimport {\n  a,\n} from "hono";\n`;
  assert.equal(findForbiddenImports([{ path: "lib/a.ts", text }])[0]?.line, 5);
});
