/**
 * A watch of a kind that is begun anew whenever it ends.
 *
 * @module
 */

import type { Resource, WatchEvent } from "../../kube/api.ts";
import type { ApiServer } from "../api_server/api_server.ts";
import { textAt } from "./read_json.ts";

/** Watches end after some minutes, as those of client-go do. */
const WATCH_TIMEOUT_SECONDS = 600;

/** Tells what there is, then what changes; without bookmarks and errors. */
export function follow(
  server: ApiServer,
  resource: Resource,
  user: string,
  take: (event: WatchEvent) => void,
): void {
  function begin(resourceVersion: string | undefined): void {
    let version = resourceVersion;
    server.watch(resource, {
      timeoutSeconds: WATCH_TIMEOUT_SECONDS,
      ...(version === undefined ? { sendInitialEvents: true } : { resourceVersion: version }),
    }, {
      deliver(event): void {
        version = event.type === "ERROR"
          ? undefined
          : textAt(event.object, "metadata", "resourceVersion") ?? version;
        if (event.type !== "BOOKMARK" && event.type !== "ERROR") take(event);
      },
      end: () => begin(version),
    }, { user });
  }
  begin(undefined);
}
