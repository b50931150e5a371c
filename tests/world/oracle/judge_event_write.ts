/**
 * What may be written to StorageEvents: openings that the gate table allows, and no loss of what is open.
 *
 * @module
 */

import { projectCluster } from "../../../controller/observe/project_cluster.ts";
import { CLUSTERS } from "../../../controller/observe/resources.ts";
import type { AuditRecord, StoredObjects } from "../../../sim/api_server/api_server.ts";
import type { Truth } from "../truth.ts";
import { judgeIncident } from "./judge_incident.ts";
import { judgeOpening } from "./judge_opening.ts";
import { isOpenOperation, readEvent, type StoredEvents } from "./stored_events.ts";
import { broken, type Violation } from "./violation.ts";

/** Judges a write to a StorageEvent by those that were stored before. */
export function judgeEventWrite(
  record: AuditRecord,
  truth: Truth,
  events: StoredEvents,
  objects: StoredObjects,
): Violation | undefined {
  if (record.resource.plural !== "storageevents") return undefined;
  switch (record.verb) {
    case "create":
      return judgeCreation(record, truth, events, objects);
    case "delete":
      return judgeDeletion(record, events);
    default:
      return judgeChange(record, events);
  }
}

function judgeCreation(
  record: AuditRecord,
  truth: Truth,
  events: StoredEvents,
  objects: StoredObjects,
): Violation | undefined {
  const stored = readEvent(record.after);
  if (stored?.clusterUid === undefined) {
    return broken(record, "an event can be read and has a Cluster", "it cannot or has none");
  }
  const { event, clusterUid } = stored;
  const owner = truth.clusters.find(({ cluster }) => cluster.uid === clusterUid);
  if (owner === undefined) {
    // Some worlds have a Cluster that stands by and is not judged.
    const uids = objects.all(CLUSTERS).map((object) => projectCluster(object).uid);
    if (uids.includes(clusterUid)) return undefined;
    return broken(record, "an event belongs to a Cluster", clusterUid);
  }
  const opening = { record, truth: owner, event, earlier: events.of(clusterUid), objects };
  return judgeIncident(opening) ?? judgeOpening(opening);
}

/** Worlds are younger than any retention. */
function judgeDeletion(record: AuditRecord, events: StoredEvents): Violation | undefined {
  const { namespace = "", name } = record.name;
  const stored = events.find(namespace, name);
  const detail = stored === undefined ? "unknown" : stored.event.status.phase;
  return broken(record, "only old events are deleted", detail);
}

/** An operation that has ended does not begin again; a volume that has ended stays as it is. */
function judgeChange(record: AuditRecord, events: StoredEvents): Violation | undefined {
  const { namespace = "", name } = record.name;
  const before = events.find(namespace, name)?.event;
  const after = readEvent(record.after)?.event;
  if (after === undefined) return broken(record, "an event stays readable", "it cannot be read");
  if (before === undefined) return undefined;
  if (!isOpenOperation(before) && isOpenOperation(after)) {
    return broken(record, "an operation that has ended stays so", before.status.phase);
  }
  const undone = before.status.volumes.find(({ claimUid, step }) =>
    (step === "Verified" || step === "Failed") &&
    after.status.volumes.find((volume) => volume.claimUid === claimUid)?.step !== step
  );
  if (undone === undefined) return undefined;
  return broken(record, "a volume that has ended in an operation stays so", undone.claimName);
}
