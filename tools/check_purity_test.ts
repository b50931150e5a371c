import assert from "node:assert/strict";
import { findImpurities, isAdapter } from "./check_purity.ts";

const PURE: readonly string[] = [
  `// Date.now() and Deno.env are not used\nexport const a = "Deno.exit()";`,
  "export const a = `console.log ${1 + 1} Math.random()`;",
  `export function a(fetch: (url: string) => void): void { fetch("x"); }`,
  `export function a(at: number): string { return new Date(at).toISOString(); }`,
  `export interface Clock { setTimeout(ms: number): void; now(): number }`,
  `export function a(clock: { console: string }): string { return clock.console; }`,
  `export const a = { fetch: 1, console: 2 };`,
  `export type Fetch = typeof fetch; export type Client = Deno.HttpClient;`,
  `import { console } from "./log.ts"; console.log("x");`,
  `export function a(x: { fetch: () => number }): number { const { fetch } = x; return fetch(); }`,
  `import { createHash as hash } from "node:crypto"; export const a = hash("sha256");`,
  `import type { Server } from "node:http"; export type A = Server | import("node:net").Server;`,
  `import { type Server } from "node:http"; export type A = Server;`,
  `import * as process from "./process.ts"; export const a = [process];`,
  `export function a(): void { for (const fetch of [1]) void fetch; }`,
  `export function a(): void { try { a(); } catch (console) { throw console; } }`,
  `export function a(date: Date): boolean { return date instanceof Date; }`,
  `export const max = Math.max(1, 2); export const digest = crypto.subtle;`,
  `import { join } from "node:path"; export const a = join("a", "b");`,
];

const IMPURE: readonly [text: string, what: RegExp][] = [
  [`export const a = Date.now();`, /uses Date\.now/],
  [`export const a = new Date();`, /uses the present Date/],
  [`export const a = new Date;`, /uses the present Date/],
  [`export const a = Date();`, /uses the present Date/],
  [`export const a = Math.random();`, /uses Math\.random/],
  [`export const a = Math["random"]();`, /uses Math\.random/],
  [`export const a = Deno.env.get("A");`, /uses Deno/],
  [`export const a = globalThis.Deno;`, /uses globalThis\.Deno/],
  [`export const a = globalThis;`, /uses globalThis/],
  [`export const a = { fetch };`, /uses fetch/],
  [`export const a = (send = fetch): unknown => send;`, /uses fetch/],
  [`console.log("x");`, /uses console/],
  [`setTimeout(() => {}, 1);`, /uses setTimeout/],
  [`export const a = crypto.randomUUID();`, /uses crypto\.randomUUID/],
  [`export const a = AbortSignal.timeout(1);`, /uses AbortSignal\.timeout/],
  ["export const a = `${performance.now()}`;", /uses performance/],
  [`import { readFile } from "node:fs/promises"; export const a = readFile;`, /node:fs\/promises/],
  [
    `function b(fetch: string): string { return fetch; } export const a = fetch(b("x"));`,
    /uses fetch/,
  ],
];

const HEADER = "/**\n * Files.\n *\n * Adapter: the local file system.\n *\n * @module\n */\n";

Deno.test("findImpurities() lets code pass that only computes", () => {
  for (const text of PURE) {
    assert.deepEqual(findImpurities([{ path: "lib/a.ts", text }]), [], text);
  }
});

Deno.test("findImpurities() finds clocks, chance and the outer world", () => {
  for (const [text, what] of IMPURE) {
    const findings = findImpurities([{ path: "controller/a.ts", text }]);
    assert.equal(findings.length, 1, text);
    assert.match(findings[0]?.message ?? "", what);
  }
});

Deno.test("findImpurities() leaves adapters, main.ts and tests alone, but not in lib", () => {
  const text = `${HEADER}export const a = Deno.cwd();`;
  const bare = `export const a = Deno.cwd();`;
  assert.deepEqual(findImpurities([{ path: "kube/a.ts", text }]), []);
  assert.deepEqual(findImpurities([{ path: "controller/main.ts", text: bare }]), []);
  assert.deepEqual(findImpurities([{ path: "lib/a_test.ts", text: bare }]), []);
  assert.deepEqual(findImpurities([{ path: "sim/a.ts", text: bare }]), []);
  assert.equal(findImpurities([{ path: "lib/a.ts", text }]).length, 1);
});

Deno.test("isAdapter() believes the module comment alone", () => {
  assert.equal(isAdapter({ path: "kube/a.ts", text: HEADER }), true);
  assert.equal(
    isAdapter({ path: "kube/a.ts", text: `/** A. @module */\n/** Adapter: x */` }),
    false,
  );
  assert.equal(isAdapter({ path: "kube/a.ts", text: `// Adapter: the clock\n` }), false);
});
