/**
 * One watch, from the server's events to lines for the client.
 *
 * @module
 */

import type { JsonObject, WatchEvent } from "../../../kube/api.ts";
import { isJsonObject } from "../../../kube/json.ts";
import type { Fault } from "../../faults/fault_plan.ts";
import type { WatchSink } from "../api_server.ts";
import type { WatchParameters } from "./query.ts";
import type { Representer } from "./represent.ts";

/** Where the server says that the present state is complete (KEP-3157). */
const INITIAL_EVENTS_END = "k8s.io/initial-events-end";

/** The connection of a watch. */
export interface LineWriter {
  write(line: string): void;
  /** Ends the answer in good order. */
  end(): void;
  /** Breaks the connection, after what was written. */
  cut(): void;
}

/** Creates the sink of a watch; it may cut the connection at once if `fault` says so. */
export function createLineSink(
  writer: LineWriter,
  representer: Representer,
  parameters: Pick<WatchParameters, "allowBookmarks" | "announceInitialEnd">,
  fault: Fault | undefined,
): WatchSink {
  let events = 0;
  let isDeaf = false;
  let isCut = false;

  function applyFault(): void {
    if (fault?.kind === "watch-deaf" && events >= fault.afterEvents) isDeaf = true;
    if (fault?.kind !== "watch-cut" || events < fault.afterEvents || isCut) return;
    isCut = true;
    writer.cut();
  }

  applyFault();
  return {
    deliver(event: WatchEvent): void {
      if (isDeaf || isCut || !isWanted(event, parameters)) return;
      writer.write(`${JSON.stringify(representer.event(event))}\n`);
      events += 1;
      applyFault();
    },
    end(): void {
      if (!isDeaf && !isCut) writer.end();
    },
  };
}

function isWanted(
  { type, object }: WatchEvent,
  parameters: Pick<WatchParameters, "allowBookmarks" | "announceInitialEnd">,
): boolean {
  if (type !== "BOOKMARK") return true;
  if (!parameters.allowBookmarks) return false;
  return parameters.announceInitialEnd || !endsInitialEvents(object);
}

function endsInitialEvents(object: JsonObject): boolean {
  const metadata = isJsonObject(object["metadata"]) ? object["metadata"] : {};
  const { annotations } = metadata;
  return isJsonObject(annotations) && annotations[INITIAL_EVENTS_END] === "true";
}

/** A sink whose target comes later: what is delivered before is kept, in order. */
export interface LateSink extends WatchSink {
  /** Hands over what was kept, and everything from then on. */
  open(target: WatchSink): void;
}

/**
 * Creates a {@link LateSink}: a watch that the server refuses is answered with a Status instead of lines, and
 * that is known only once its first events have been delivered.
 */
export function createLateSink(): LateSink {
  let target: WatchSink | undefined;
  let hasEnded = false;
  const kept: WatchEvent[] = [];
  return {
    deliver(event): void {
      if (target === undefined) kept.push(event);
      else target.deliver(event);
    },
    end(): void {
      if (target === undefined) hasEnded = true;
      else target.end();
    },
    open(sink): void {
      target = sink;
      for (const event of kept.splice(0)) sink.deliver(event);
      if (hasEnded) sink.end();
    },
  };
}
