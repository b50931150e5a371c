/**
 * Says announcements as Kubernetes Events.
 *
 * @module
 */

import type { Resource } from "../../kube/api.ts";
import type { EventRecorder } from "../../kube/events.ts";
import type { Announce } from "../act/ports.ts";

/** Turns announcements into Events; another subject, else another note, is another Event, not a repetition. */
export function createAnnounce(recorder: Pick<EventRecorder, "record">): Announce {
  return function announce({ regarding, subject, ...said }): void {
    const { resource, namespace, name, uid } = regarding;
    recorder.record({
      ...said,
      regarding: {
        apiVersion: apiVersionOf(resource),
        kind: resource.kind,
        namespace,
        name,
        uid,
      },
      dedupeValues: [subject ?? said.note],
    });
  };
}

function apiVersionOf({ group, version }: Resource): string {
  return group === "" ? version : `${group}/${version}`;
}
