/**
 * Columns of the built-in kinds that people look at, as kube-apiserver prints them.
 *
 * Only what the simulated objects carry is shown: a Pod has no nominated node here.
 *
 * @module
 */

import type { JsonObject, Resource } from "../../../kube/api.ts";
import { isJsonObject } from "../../../kube/json.ts";
import type { Column } from "./column.ts";
import { ageText } from "./human_duration.ts";
import { parseJsonPath } from "./json_path.ts";

type Cell = Column["cell"];

const ACCESS_MODES: ReadonlyMap<string, string> = new Map([
  ["ReadWriteOnce", "RWO"],
  ["ReadOnlyMany", "ROX"],
  ["ReadWriteMany", "RWX"],
  ["ReadWriteOncePod", "RWOP"],
]);

const COLUMNS: ReadonlyMap<string, () => readonly Column[]> = new Map([
  ["pods", podColumns],
  ["persistentvolumeclaims", claimColumns],
  ["persistentvolumes", volumeColumns],
  ["storageclasses", classColumns],
  ["namespaces", namespaceColumns],
  ["nodes", nodeColumns],
  ["leases", leaseColumns],
  ["events", eventColumns],
]);

/** The columns after the name; undefined for kinds that have none of their own. */
export function builtinColumns(resource: Resource): readonly Column[] | undefined {
  return COLUMNS.get(resource.plural)?.();
}

function podColumns(): readonly Column[] {
  return [
    column("Ready", (pod) => `${readyContainers(pod)}/${containers(pod).length}`),
    column("Status", (pod) => podStatus(pod)),
    column("Restarts", (pod) => restarts(pod), { type: "integer" }),
    ageColumn(),
    column("IP", at(".status.podIP"), { priority: 1 }),
    column("Node", at(".spec.nodeName"), { priority: 1 }),
  ];
}

function claimColumns(): readonly Column[] {
  return [
    column("Status", (claim) => terminatingOr(claim, at(".status.phase"))),
    column("Volume", at(".spec.volumeName", "")),
    column("Capacity", at(".status.capacity.storage", "")),
    column("Access Modes", accessModes(".status.accessModes[*]")),
    column("StorageClass", at(".spec.storageClassName", "")),
    column("VolumeAttributesClass", at(".spec.volumeAttributesClassName", "<unset>")),
    ageColumn(),
    column("VolumeMode", at(".spec.volumeMode", "<unset>"), { priority: 1 }),
  ];
}

function volumeColumns(): readonly Column[] {
  return [
    column("Capacity", at(".spec.capacity.storage", "")),
    column("Access Modes", accessModes(".spec.accessModes[*]")),
    column("Reclaim Policy", at(".spec.persistentVolumeReclaimPolicy", "")),
    column("Status", (volume) => terminatingOr(volume, at(".status.phase"))),
    column("Claim", (volume) => {
      const claim = first(volume, ".spec.claimRef.name");
      return claim === undefined ? "" : `${first(volume, ".spec.claimRef.namespace")}/${claim}`;
    }),
    column("StorageClass", at(".spec.storageClassName", "")),
    ageColumn(),
  ];
}

function classColumns(): readonly Column[] {
  return [
    column("Provisioner", at(".provisioner")),
    column("ReclaimPolicy", at(".reclaimPolicy", "Delete")),
    column("VolumeBindingMode", at(".volumeBindingMode", "Immediate")),
    column("AllowVolumeExpansion", at(".allowVolumeExpansion", "false")),
    ageColumn(),
  ];
}

function namespaceColumns(): readonly Column[] {
  return [column("Status", at(".status.phase", "Active")), ageColumn()];
}

function nodeColumns(): readonly Column[] {
  return [
    column(
      "Status",
      (node) =>
        first(node, '.status.conditions[?(@.type=="Ready")].status') === "False"
          ? "NotReady"
          : "Ready",
    ),
    ageColumn(),
    column("Version", at(".status.nodeInfo.kubeletVersion", "")),
  ];
}

function leaseColumns(): readonly Column[] {
  return [column("Holder", at(".spec.holderIdentity", "")), ageColumn()];
}

/** Events of the core group and of `events.k8s.io` are the same objects with other names for their fields. */
function eventColumns(): readonly Column[] {
  return [
    column("Last Seen", (event, nowMs) =>
      ageText(
        first(event, ".series.lastObservedTime") ?? first(event, ".lastTimestamp") ??
          first(event, ".deprecatedLastTimestamp") ?? first(event, ".eventTime") ??
          first(event, ".metadata.creationTimestamp"),
        nowMs,
      ) ?? "<unknown>"),
    column("Type", at(".type")),
    column("Reason", at(".reason")),
    column("Object", (event) => {
      const object = first(event, ".regarding") ?? first(event, ".involvedObject");
      if (!isJsonObject(object)) return "";
      return `${String(object["kind"]).toLowerCase()}/${object["name"]}`;
    }),
    column("Message", (event) => String(first(event, ".note") ?? first(event, ".message") ?? "")),
  ];
}

function column(
  name: string,
  cell: Cell,
  options: { readonly type?: string; readonly priority?: number } = {},
): Column {
  const { type = "string", priority = 0 } = options;
  return { name, type, format: "", description: "", priority, cell };
}

function ageColumn(): Column {
  return column(
    "Age",
    (object, nowMs) => ageText(first(object, ".metadata.creationTimestamp"), nowMs) ?? "<unknown>",
  );
}

function at(path: string, otherwise = "<none>"): Cell {
  const select = parseJsonPath(path);
  return (object) => {
    const value = select(object)[0];
    return value === undefined || value === null ? otherwise : String(value);
  };
}

function first(object: JsonObject, path: string): unknown {
  return parseJsonPath(path)(object)[0];
}

function accessModes(path: string): Cell {
  const select = parseJsonPath(path);
  return (object) => select(object).map((mode) => ACCESS_MODES.get(String(mode)) ?? mode).join();
}

function terminatingOr(object: JsonObject, cell: Cell): string {
  if (first(object, ".metadata.deletionTimestamp") !== undefined) return "Terminating";
  return String(cell(object, 0));
}

function containers(pod: JsonObject): readonly unknown[] {
  return parseJsonPath(".spec.containers[*]")(pod);
}

function readyContainers(pod: JsonObject): number {
  return parseJsonPath(".status.containerStatuses[?(@.ready==true)]")(pod).length;
}

function restarts(pod: JsonObject): number {
  const counts = parseJsonPath(".status.containerStatuses[*].restartCount")(pod);
  return counts.reduce<number>((sum, count) => sum + (Number(count) || 0), 0);
}

/** What keeps a container waiting says more than the phase. */
function podStatus(pod: JsonObject): string {
  const waiting = first(pod, ".status.containerStatuses[*].state.waiting.reason");
  if (first(pod, ".metadata.deletionTimestamp") !== undefined) return "Terminating";
  return String(
    waiting ?? first(pod, ".status.reason") ?? first(pod, ".status.phase") ?? "Unknown",
  );
}
