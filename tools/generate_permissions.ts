/**
 * Generates `docs/reference/permissions.md`: what each process may do on its machine.
 *
 * @module
 */

import { type Permission, permissionsOf } from "./permissions.ts";

const PROCESSES = ["controller", "agent", "plugin", "demo"];

/** What a permission opens, in the words of somebody who has to approve it. */
const MEANINGS: ReadonlyMap<string, string> = new Map([
  ["env", "read these environment variables"],
  ["net", "open network connections"],
  ["read", "read files"],
  ["run", "start these programs"],
  ["sys", "ask the system for this"],
  ["write", "write files"],
]);

/** The page, by path. */
export async function generatedPermissions(): Promise<ReadonlyMap<string, string>> {
  const config = await Deno.readTextFile("deno.json");
  return new Map([["docs/reference/permissions.md", permissionsPage(config)]]);
}

/** The page for one `deno.json`. */
export function permissionsPage(config: string): string {
  const sections = PROCESSES.map((task) => section(task, permissionsOf(config, task)));
  return `# Permissions of the processes\n\n` +
    `Generated from the tasks of \`deno.json\` by \`deno task generate\`. Deno refuses everything that is\n` +
    `not listed here.\n${sections.join("")}`;
}

function section(task: string, permissions: readonly Permission[]): string {
  const rows = permissions.map(({ name, values }) => {
    const limit = values.length === 0 ? "any" : values.map((value) => `\`${value}\``).join(", ");
    return `| \`--allow-${name}\` | ${MEANINGS.get(name) ?? name} | ${limit} |\n`;
  });
  return `\n## ${task}\n\n| Flag | Lets the process | Limited to |\n|---|---|---|\n${
    rows.join("")
  }`;
}
