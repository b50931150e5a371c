/**
 * Holds the arrows between the rooms (DESIGN §2): what a file may import follows from the folder it lies in.
 *
 * @module
 */

import { conclude, type Finding } from "./finding.ts";
import { isTestSource, readSources, roomOf, type Source } from "./source.ts";
import { importedModules, parse } from "./syntax.ts";

/** What the files of one room may import besides the room itself. */
interface Room {
  /** Rooms, or folders of rooms. */
  readonly folders: readonly string[];
  /** Packages of the import map; "any" allows every package and every `node:` module. */
  readonly packages: readonly string[] | "any";
}

/** A process reads the product's version from `deno.json`, its one source. */
const PROCESS: Room = { folders: ["lib", "kube", "deno.json"], packages: "any" };
const SIMULATION: Room = { folders: ["lib", "kube"], packages: "any" };

const EVERYTHING: Room = {
  folders: [
    "lib",
    "kube",
    "agent",
    "controller",
    "plugin",
    "sim",
    "demo",
    "tests",
    "tools",
    "mod.ts",
  ],
  packages: "any",
};

/** The arrows. A room that is not named here does not exist yet and may not appear unnoticed. */
const ROOMS: ReadonlyMap<string, Room> = new Map([
  ["mod.ts", { folders: ["lib"], packages: [] }],
  ["lib", { folders: [], packages: ["zod"] }],
  ["kube", { folders: ["lib/units"], packages: ["zod", "yaml"] }],
  ["agent", PROCESS],
  ["controller", PROCESS],
  ["plugin", PROCESS],
  ["sim", SIMULATION],
  ["demo", EVERYTHING],
  ["tests", EVERYTHING],
  ["tools", EVERYTHING],
]);

/** Packages that tests beside the code may import on top of their room's arrows. */
const TEST_PACKAGES = ["fast-check", "node:*"];
/** Fakes and tests of every room rest on the simulated world, so that there is one imitation of a server. */
const TEST_FOLDERS = ["sim"];

/** Every import that points where its room may not point. */
export function findForbiddenImports(sources: readonly Source[]): Finding[] {
  return sources.flatMap((source) => {
    const room = ROOMS.get(roomOf(source.path));
    if (room === undefined) {
      const message =
        `lies in a room that tools/check_imports.ts does not know: name its arrows there`;
      return [{ path: source.path, line: 1, message }];
    }
    return importedModules(parse(source)).flatMap(({ specifier, line }) => {
      const message = objection(source.path, room, specifier);
      return message === undefined ? [] : [{ path: source.path, line, message }];
    });
  });
}

function objection(path: string, room: Room, specifier: string): string | undefined {
  return /^\.{0,2}\//.test(specifier)
    ? objectionToFile(path, room, resolve(path, specifier))
    : objectionToPackage(path, room, specifier);
}

function objectionToFile(path: string, room: Room, target: string): string | undefined {
  if (isTestSource(target) && !isTestSource(path) && roomOf(path) !== "tools") {
    return `imports ${target}, which exists for tests alone`;
  }
  const own = roomOf(path);
  const folders = [own, ...room.folders, ...(isTestSource(path) ? TEST_FOLDERS : [])];
  if (folders.some((folder) => target === folder || target.startsWith(`${folder}/`))) {
    return undefined;
  }
  return `imports ${target}: ${own} may import only ${folders.join(", ")}`;
}

function objectionToPackage(path: string, room: Room, specifier: string): string | undefined {
  if (room.packages === "any") return undefined;
  const allowed = isTestSource(path) ? [...room.packages, ...TEST_PACKAGES] : room.packages;
  if (allowed.some((name) => isOfPackage(specifier, name))) return undefined;
  const list = allowed.length === 0 ? "no package" : `only ${allowed.join(", ")}`;
  return `imports ${specifier}: ${roomOf(path)} may import ${list}`;
}

function isOfPackage(specifier: string, name: string): boolean {
  if (name === "node:*") return specifier.startsWith("node:");
  return specifier === name || specifier.startsWith(`${name}/`);
}

/** The repository path that a relative specifier means, seen from the file that names it. */
function resolve(path: string, specifier: string): string {
  return decodeURIComponent(new URL(specifier, `file:///${path}`).pathname.slice(1));
}

if (import.meta.main) {
  const sources = await readSources(".");
  conclude("imports", findForbiddenImports(sources), `${sources.length} files keep the arrows`);
}
