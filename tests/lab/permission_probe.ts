/**
 * Tries what its arguments name, `VERB:SUBJECT` each, and prints one JSON object: `allowed`, or the name of the
 * error that each try ended with. Started under the flags of a process that ships, it shows what they are worth.
 *
 * @module
 */

import { statfs } from "node:fs/promises";

const TRIES: Readonly<Record<string, (subject: string) => unknown>> = {
  read: (path) => Deno.readTextFile(path),
  list: (path) => Array.fromAsync(Deno.readDir(path)),
  write: (path) => Deno.writeTextFile(path, "found"),
  statfs: (path) => statfs(path),
  fetch: async (url) => await (await fetch(url)).body?.cancel(),
  listen: (hostname) => Deno.listen({ hostname, port: 0 }).close(),
  run: (program) => new Deno.Command(program, { args: ["--version"] }).output(),
  env: (name) => Deno.env.get(name),
  hostname: () => Deno.hostname(),
  ffi: (library) => Deno.dlopen(library, {}).close(),
};

async function outcomeOf(attempt: string): Promise<string> {
  const [, verb = "", subject = ""] = /^(\w+):(.*)$/.exec(attempt) ?? [];
  const perform = TRIES[verb];
  if (perform === undefined) return "unknown verb";
  try {
    await perform(subject);
    return "allowed";
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
}

const results: Record<string, string> = {};
for (const attempt of Deno.args) results[attempt] = await outcomeOf(attempt);
Deno.stdout.writeSync(new TextEncoder().encode(`${JSON.stringify(results)}\n`));
