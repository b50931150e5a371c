/**
 * Keeps clocks, chance and the outer world out of the code that decides (DESIGN §2, §3).
 *
 * `lib` may touch none of them. Elsewhere they belong into adapters: files whose `@module` comment has a
 * line that begins with "Adapter:" and says what the file connects to, and `main.ts` of each process.
 *
 * @module
 */

import ts from "typescript";
import { conclude, type Finding } from "./finding.ts";
import { isDeclared, isReference } from "./scope.ts";
import { isTestSource, readSources, roomOf, type Source } from "./source.ts";
import { type ImportedModule, importedModules, lineOf, parse, visit } from "./syntax.ts";

/** The rooms that this check reads. The others (sim, demo, tests, tools) may do as they need. */
const ROOMS_WITH_ADAPTERS = ["kube", "agent", "controller", "plugin"];
const ROOMS_WITHOUT_ADAPTERS = ["lib", "mod.ts"];

/** Globals that are the outer world whatever is done with them. */
const IMPURE_GLOBALS = new Set([
  "Deno",
  "EventSource",
  "WebSocket",
  "Worker",
  "alert",
  "caches",
  "clearInterval",
  "clearTimeout",
  "confirm",
  "console",
  "fetch",
  "localStorage",
  "navigator",
  "performance",
  "process",
  "prompt",
  "sessionStorage",
  "setInterval",
  "setTimeout",
]);

/** Members of otherwise harmless globals. */
const IMPURE_MEMBERS = new Set([
  "AbortSignal.timeout",
  "Date.now",
  "Math.random",
  "Temporal.Now",
  "crypto.getRandomValues",
  "crypto.randomUUID",
]);

/** Modules of Node's library that only compute. */
const PURE_NODE_MODULES = new Set([
  "node:assert/strict",
  "node:buffer",
  "node:path",
  "node:path/posix",
  "node:url",
  "node:util",
]);

/** What only computes in modules of which the rest does not. */
const PURE_NODE_NAMES: ReadonlyMap<string, readonly string[]> = new Map([
  ["node:crypto", ["createHash", "createHmac", "timingSafeEqual"]],
]);

/** Whether a file says of itself that it connects to the outer world. */
export function isAdapter(source: Source): boolean {
  const header = /^\s*\/\*\*([\s\S]*?)\*\//.exec(source.text)?.[1] ?? "";
  const declared = /^\s*\*?\s*Adapter: \S/m.test(header) && /@module\b/.test(header);
  return declared || source.path.endsWith("/main.ts");
}

/** Every use of a clock, of chance or of the outer world where there may be none. */
export function findImpurities(sources: readonly Source[]): Finding[] {
  const judged = sources.filter(isJudged);
  return judged.flatMap((source) => {
    const file = parse(source);
    return [...impureModules(file), ...impureExpressions(file)].map(({ line, what }) => ({
      path: source.path,
      line,
      message: `uses ${what}: ${remedy(source.path)}`,
    }));
  });
}

function isJudged(source: Source): boolean {
  if (isTestSource(source.path)) return false;
  const room = roomOf(source.path);
  return ROOMS_WITHOUT_ADAPTERS.includes(room) ||
    (ROOMS_WITH_ADAPTERS.includes(room) && !isAdapter(source));
}

function remedy(path: string): string {
  return ROOMS_WITHOUT_ADAPTERS.includes(roomOf(path))
    ? "take the value as an argument; lib has no adapters"
    : `take a port as an argument, or say "Adapter: …" in the @module comment if connecting is all it does`;
}

interface Use {
  readonly line: number;
  readonly what: string;
}

function impureModules(file: ts.SourceFile): Use[] {
  return importedModules(file)
    .filter((module) => module.specifier.startsWith("node:") && !isPureImport(module))
    .map(({ specifier, line }) => ({ line, what: specifier }));
}

function isPureImport({ specifier, names }: ImportedModule): boolean {
  const pureNames = PURE_NODE_NAMES.get(specifier) ?? [];
  return PURE_NODE_MODULES.has(specifier) ||
    (names !== undefined && names.every((name) => pureNames.includes(name)));
}

function impureExpressions(file: ts.SourceFile): Use[] {
  const uses: Use[] = [];
  visit(file, (node) => {
    if (!ts.isIdentifier(node) || !isReference(node)) return;
    const what = impurityOf(node);
    if (what !== undefined && !isDeclared(node)) uses.push({ line: lineOf(node), what });
  });
  return uses;
}

/** What a global identifier reaches, if that is impure. `globalThis.x` counts as `x`. */
function impurityOf(identifier: ts.Identifier): string | undefined {
  if (identifier.text === "globalThis") {
    const member = memberOf(identifier);
    return member === undefined || IMPURE_GLOBALS.has(member)
      ? `globalThis.${member ?? "…"}`
      : undefined;
  }
  if (IMPURE_GLOBALS.has(identifier.text)) return identifier.text;
  if (identifier.text === "Date" && readsClock(identifier)) return "the present Date";
  const qualified = `${identifier.text}.${memberOf(identifier) ?? ""}`;
  return IMPURE_MEMBERS.has(qualified) ? qualified : undefined;
}

function memberOf(identifier: ts.Identifier): string | undefined {
  const parent = identifier.parent;
  if (ts.isPropertyAccessExpression(parent)) return parent.name.text;
  if (!ts.isElementAccessExpression(parent)) return undefined;
  return ts.isStringLiteralLike(parent.argumentExpression)
    ? parent.argumentExpression.text
    : undefined;
}

/** `new Date()` and `Date()` say what time it is; `new Date(value)` only converts. */
function readsClock(identifier: ts.Identifier): boolean {
  const parent = identifier.parent;
  if (ts.isNewExpression(parent)) return (parent.arguments?.length ?? 0) === 0;
  return ts.isCallExpression(parent) && parent.expression === identifier;
}

if (import.meta.main) {
  const sources = await readSources(".");
  const adapters = sources.filter(isAdapter).map(({ path }) => path)
    .filter((path) => ROOMS_WITH_ADAPTERS.includes(roomOf(path)));
  const list = adapters.length === 0 ? "none" : adapters.join(", ");
  conclude("purity", findImpurities(sources), `pure outside adapters (${list})`);
}
