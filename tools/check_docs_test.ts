import assert from "node:assert/strict";
import { findUndocumented } from "./check_docs.ts";

const HEADER = "/**\n * A thing.\n *\n * @module\n */\n\n";

function messages(body: string, path = "lib/a.ts"): string[] {
  return findUndocumented([{ path, text: HEADER + body }]).map(({ message }) => message);
}

Deno.test("findUndocumented() accepts documented and private symbols", () => {
  const bodies = [
    `/** One. */\nexport const a = 1;`,
    `/** One. */\nexport function a(): void {}\nfunction b(): void {}\nconst c = 1;`,
    `/** One. */\nfunction a(x: string): void;\nfunction a(x: number): void;\nfunction a(): void {}\nexport { a };`,
    `export { b } from "./b.ts";\nexport * from "./c.ts";`,
    `/** One. */\nexport class A {}\n/** Two. */\nexport type B = 1;\n/** Three. */\nexport interface C {}`,
  ];
  for (const body of bodies) assert.deepEqual(messages(body), [], body);
});

Deno.test("findUndocumented() names what is exported without a comment", () => {
  const bodies: readonly [body: string, name: string][] = [
    [`export const a = 1;`, "a"],
    [`export function a(): void {}`, "a"],
    [`// One.\nexport function a(): void {}`, "a"],
    [`/** @returns {void} */\nexport function a(): void {}`, "a"],
    [`export class A {}`, "A"],
    [`export interface A {}`, "A"],
    [`export type A = 1;`, "A"],
    [`const a = 1;\nexport { a as b };`, "a"],
    [`export default function (): void {}`, "default"],
  ];
  for (const [body, name] of bodies) {
    assert.deepEqual(messages(body), [
      `exports ${name} without a comment that says what it is for`,
    ]);
  }
});

Deno.test("findUndocumented() gives the line of the statement", () => {
  const findings = findUndocumented([{ path: "kube/a.ts", text: `${HEADER}export const a = 1;` }]);
  assert.equal(findings[0]?.line, 7);
});

Deno.test("findUndocumented() wants every file to begin with what it is for", () => {
  const text = `/** One. */\nexport const a = 1;`;
  const findings = findUndocumented([{ path: "agent/a.ts", text }]);
  assert.match(findings[0]?.message ?? "", /@module/);
});

Deno.test("findUndocumented() leaves tests and other rooms alone", () => {
  assert.deepEqual(messages(`export const a = 1;`, "lib/a_test.ts"), []);
  assert.deepEqual(messages(`export const a = 1;`, "sim/a.ts"), []);
});
