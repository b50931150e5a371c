/**
 * Reports how large files and functions are, and refuses those that hold more than one thought (DESIGN §2).
 *
 * @module
 */

import ts from "typescript";
import { conclude, type Finding, print } from "./finding.ts";
import { isTestSource, readSources, type Source } from "./source.ts";
import { lineCount, lineOf, parse, visit } from "./syntax.ts";

const FILE_LINES_MAX = 300;
const FUNCTION_LINES_MAX = 70;

/** Something that has a length. */
export interface Sized {
  readonly path: string;
  readonly line: number;
  readonly name: string;
  readonly lines: number;
}

/** Lengths of the files that are not tests. */
export function measureFiles(sources: readonly Source[]): Sized[] {
  return sources.filter(({ path }) => !isTestSource(path)).map(({ path, text }) => ({
    path,
    line: 1,
    name: "file",
    lines: text.trimEnd().split("\n").length,
  }));
}

/** Lengths of the functions in files that are not tests; a function includes those inside it. */
export function measureFunctions(sources: readonly Source[]): Sized[] {
  const functions: Sized[] = [];
  for (const source of sources.filter(({ path }) => !isTestSource(path))) {
    visit(parse(source), (node) => {
      if (!ts.isFunctionLike(node) || !("body" in node) || node.body === undefined) return;
      const name = node.name?.getText() ?? "function";
      functions.push({ path: source.path, line: lineOf(node), name, lines: lineCount(node) });
    });
  }
  return functions;
}

/** What is longer than its cap. */
export function findOversized(sized: readonly Sized[], linesMax: number): Finding[] {
  return sized.filter(({ lines }) => lines > linesMax).map(({ path, line, name, lines }) => ({
    path,
    line,
    message: `${name} has ${lines} lines: at most ${linesMax}, split it by thought`,
  }));
}

/** One line: count, median, 90th percentile and the largest. */
export function summarize(kind: string, sized: readonly Sized[]): string {
  const sorted = [...sized].sort((a, b) => a.lines - b.lines);
  const largest = sorted.at(-1);
  if (largest === undefined) return `${kind}: none`;
  const median = percentile(sorted, 0.5);
  const p90 = percentile(sorted, 0.9);
  const where = `${largest.lines} (${largest.path}:${largest.line} ${largest.name})`;
  return `${kind}: ${sorted.length}, lines median ${median}, p90 ${p90}, largest ${where}`;
}

/** The smallest length that at least `share` of all do not exceed (nearest rank). */
function percentile(sorted: readonly Sized[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)]?.lines ?? 0;
}

if (import.meta.main) {
  const sources = await readSources(".");
  const files = measureFiles(sources);
  const functions = measureFunctions(sources);
  print(`${summarize("files", files)}\n${summarize("functions", functions)}\n`);
  const findings = [
    ...findOversized(files, FILE_LINES_MAX),
    ...findOversized(functions, FUNCTION_LINES_MAX),
  ];
  conclude("sizes", findings, "nothing is over its cap");
}
