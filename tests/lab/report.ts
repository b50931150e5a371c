/**
 * Telling what was measured, beside the results of the tests.
 *
 * @module
 */

/** Prints one measurement. */
export function report(what: string, amount: number, unit = " ms"): void {
  const line = `  measured: ${what}: ${Math.round(amount)}${unit}\n`;
  Deno.stderr.writeSync(new TextEncoder().encode(line));
}
