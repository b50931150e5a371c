/**
 * Lines on standard output.
 *
 * Adapter: the process's standard output.
 *
 * @module
 */

const encoder = new TextEncoder();

/** Writes a line before it returns, so that the last words of a dying process are not lost. */
export function writeStdout(line: string): void {
  let rest = encoder.encode(line);
  // A pipe takes what it has room for.
  while (rest.length > 0) rest = rest.subarray(Deno.stdout.writeSync(rest));
}
