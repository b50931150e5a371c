/**
 * Files of `testdata`.
 *
 * Adapter: the file system, for tests.
 *
 * @module
 */

/** Reads a file of `testdata` as text. */
export function testFile(name: string): Promise<string> {
  return Deno.readTextFile(new URL(`../testdata/${name}`, import.meta.url));
}
