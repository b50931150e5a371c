/**
 * The story as it is told: what happens in the world, and what the audit of the API server shows of it.
 *
 * @module
 */

import { textAt } from "../../sim/component/read_json.ts";
import type { AuditRecord, World } from "../../sim/mod.ts";
import type { StoryLine } from "../scene.ts";
import { subjectOf } from "./subject.ts";
import { tellRequest } from "./tell_request.ts";

/** Lines that are kept for the view: more than any terminal shows. */
const LINES_MAX = 500;

/** A story that goes on. */
export interface Story {
  /** The latest lines, oldest first. */
  readonly lines: readonly StoryLine[];
  /** Adds a line, of now. */
  tell(line: Omit<StoryLine, "atMs">): void;
}

/** Tells from now on, to `listener` line by line; `manager` is the user as which the manager writes. */
export function startStory(
  world: World,
  manager: string,
  listener: (line: StoryLine) => void,
): Story {
  const startMs = world.clock.now();
  const lines: StoryLine[] = [];
  const told = new Set<string>();

  function tell(line: Omit<StoryLine, "atMs">): void {
    const stamped = { ...line, atMs: world.clock.now() - startMs };
    lines.push(stamped);
    if (lines.length > LINES_MAX) lines.shift();
    listener(stamped);
  }

  world.onEvent((label) => tell({ teller: "world", tone: "neutral", ...splitLabel(label) }));
  world.onStep(() => {
    for (const { namespace, name, instances } of world.clusters) {
      for (const { name: instance, postgres: { state } } of instances) {
        const key = `${namespace}/${instance} ${state.kind}`;
        if (state.kind !== "exited" || told.has(key)) continue;
        told.add(key);
        const text = `${instance} ends with status ${state.exitCode}: no room for WAL`;
        tell({ cluster: `${namespace}/${name}`, teller: "postgres", tone: "bad", text });
      }
    }
  });
  world.server.audit((record) => {
    const saying = tellRequest(record, manager);
    const cluster = subjectOf(record);
    if (saying === undefined || cluster === undefined) return;
    // Every instance of a cluster says the same; one of them is enough for a story.
    const key = eventKey(record, cluster);
    if (key !== undefined && told.has(key)) return;
    if (key !== undefined) told.add(key);
    tell({ cluster, ...saying });
  });
  return { lines, tell };
}

/** `shop/orders: its users stop writing` */
function splitLabel(label: string): { cluster?: string; text: string } {
  const [, cluster, text] = /^(\S+\/\S+): (.*)$/.exec(label) ?? [];
  return cluster === undefined || text === undefined ? { text: label } : { cluster, text };
}

function eventKey({ resource, after = {} }: AuditRecord, cluster: string): string | undefined {
  if (resource.plural !== "events") return undefined;
  return `${cluster} ${textAt(after, "reason")}`;
}
