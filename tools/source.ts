/**
 * The sources that the project's own checks read: which files there are, and what kind each one is.
 *
 * @module
 */

/** One TypeScript file. */
export interface Source {
  /** Path from the repository's root, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** Folders that hold nothing of ours. */
const FOREIGN_FOLDERS = new Set(["node_modules", "coverage", "dist", "testdata"]);

/** A tree deeper than this is a link that leads back into itself. */
const DEPTH_MAX = 20;

/** Reads every `.ts` file below `root`, sorted by path. Hidden and foreign folders are left out. */
export async function readSources(root: string): Promise<Source[]> {
  const paths = await listFiles(root, "", 0);
  const sources = paths
    .filter((path) => path.endsWith(".ts"))
    .map(async (path) => ({ path, text: await Deno.readTextFile(`${root}/${path}`) }));
  return (await Promise.all(sources)).sort((a, b) => a.path < b.path ? -1 : 1);
}

async function listFiles(root: string, folder: string, depth: number): Promise<string[]> {
  if (depth > DEPTH_MAX) {
    throw new RangeError(`Cannot list ${folder}: expected at most ${DEPTH_MAX} nested folders`);
  }
  const found: string[] = [];
  for await (const entry of Deno.readDir(`${root}/${folder}`)) {
    if (entry.name.startsWith(".") || FOREIGN_FOLDERS.has(entry.name)) continue;
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory) found.push(...await listFiles(root, path, depth + 1));
    else if (entry.isFile) found.push(path);
  }
  return found;
}

/** The top-level folder of a path; a file at the root is a room of its own (`mod.ts`). */
export function roomOf(path: string): string {
  const [first] = path.split("/", 1);
  return first ?? path;
}

/**
 * Whether a file exists for tests alone: `*_test.ts`, `*_bench.ts`, and helpers shared by tests, which are
 * named `*_testing.ts` or live in a folder `testing/`, or anywhere below `tests/`.
 */
export function isTestSource(path: string): boolean {
  return /_(test|bench|testing)\.ts$/.test(path) || /(^|\/)(testing|tests)\//.test(path);
}
