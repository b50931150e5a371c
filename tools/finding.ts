/**
 * What a check found, and how it is said: every check of the gate reports in the same form.
 *
 * @module
 */

/** One place that breaks one rule. */
export interface Finding {
  readonly path: string;
  /** Counted from 1. */
  readonly line: number;
  /** What is wrong and what to do instead. */
  readonly message: string;
}

/** Findings as lines that an editor can jump to, in the order of the files. */
export function formatFindings(findings: readonly Finding[]): string {
  return [...findings]
    .sort((a, b) => a.path === b.path ? a.line - b.line : a.path < b.path ? -1 : 1)
    .map(({ path, line, message }) => `${path}:${line} ${message}\n`)
    .join("");
}

/**
 * Prints the outcome of a check and ends the process when something was found.
 *
 * @param summary Said when nothing was found: what was looked at, with numbers.
 */
export function conclude(name: string, findings: readonly Finding[], summary: string): void {
  if (findings.length === 0) {
    print(`${name}: ${summary}\n`);
    return;
  }
  print(formatFindings(findings));
  print(`${name}: ${findings.length} findings\n`);
  Deno.exit(1);
}

/** Writes a text to standard output, whole. */
export function print(text: string): void {
  printBytes(new TextEncoder().encode(text));
}

/** Writes bytes to standard output, all of them. */
export function printBytes(bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.length) written += Deno.stdout.writeSync(bytes.subarray(written));
}
