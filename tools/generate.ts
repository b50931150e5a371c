/**
 * Writes everything that is generated from source: `deno task generate`.
 *
 * @module
 */

import { print } from "./finding.ts";
import { generateAll, GENERATORS } from "./generators.ts";

if (import.meta.main) {
  const files = await generateAll(GENERATORS);
  for (const [path, content] of files) {
    await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    await Deno.writeTextFile(path, content);
    print(`${path}\n`);
  }
}
