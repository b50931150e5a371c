/**
 * The rows of the gate table, sub-cases included.
 *
 * @module
 */

import { LIMIT_RANGE, RESOURCE_QUOTA } from "../../../kube/resources.ts";
import { ANNOTATION } from "../../../lib/policy/annotation_keys.ts";
import { GIBIBYTE, MEBIBYTE } from "../../../lib/units/bytes.ts";
import { MINUTE } from "../../../lib/units/millis.ts";
import { acts, always, type GateRow, held, records } from "./gate_row.ts";
import {
  annotate,
  askForMore,
  assertNotDeclared,
  bound,
  budget,
  disableOperator,
  failures,
  firstSeen,
  recall,
  shareBreaker,
  stick,
  WAIT_MINUTES,
  WAIT_MS,
  windowFrom,
} from "./obstacles.ts";

/** A quarter of an hour is waited for CNPG, from half a minute before the trouble on. */
const BUSY_MINUTES = 14;

/** `expansion.cooldownMinutes` where no policy says otherwise. */
const COOLDOWN_MS = 30 * MINUTE;

/** The rows that say who may do anything at all. */
const GOVERNANCE: readonly GateRow[] = [
  { name: "when nothing stands in the way", cells: always(acts) },
  { name: "without a policy", policy: () => null, cells: always(held("NoPolicy")) },
  {
    name: "where the policy excludes the cluster",
    policy: () => ({ excludeClusters: [{ name: "orders" }] }),
    cells: always(held("Excluded")),
  },
  {
    name: "where the policy contradicts itself",
    policy: () => ({
      maintenanceWindows: [{ schedule: "0 0 31 4 *", duration: "1h", timeZone: "UTC" }],
    }),
    cells: always(held("PolicyInvalid")),
  },
  {
    name: "while a user pauses it",
    cluster: { annotations: { [ANNOTATION.paused]: "true" } },
    cells: always(held("Paused")),
  },
  {
    name: "until a pause ends by itself",
    before: (stage) =>
      annotate(stage, {
        [ANNOTATION.paused]: "true",
        [ANNOTATION.pauseUntil]: new Date(stage.troubleAtMs + WAIT_MS).toISOString(),
      }),
    cells: always(held("Paused", WAIT_MINUTES)),
  },
  { name: "in a dry run", policy: () => ({ dryRun: true }), cells: always(records) },
  {
    name: "where the policy forbids expansion",
    policy: () => ({ expansion: { enabled: false } }),
    cells: always(held("ExpansionDisabled")),
  },
];

/** What no urgency changes. */
const ABSOLUTE: readonly GateRow[] = [
  {
    name: "at maxSize",
    policy: () => ({ expansion: { maxSize: "10Gi" } }),
    cells: always(held("MaxSizeReached")),
  },
  {
    name: "at four times the size first seen",
    before: (stage) => firstSeen(stage, "2560Mi"),
    cells: always(held("MaxSizeReached")),
  },
  {
    name: "while somebody else's resize is in flight",
    storage: { behaviour: { failing: "rpc error: code = Internal desc = out of luck" } },
    before: askForMore,
    cells: always(held("ResizeInFlight")),
  },
  {
    name: "where the class is fixed",
    storage: { allowVolumeExpansion: false },
    cells: always(held("StorageClassFixed")),
  },
  {
    name: "where the driver never grows volumes in use",
    storage: { provisioner: "rancher.io/local-path" },
    cells: always(held("DriverOfflineOnly")),
  },
  {
    name: "where the disk is the node's own",
    storage: { fileSystem: { deviceBytes: 500 * GIBIBYTE } },
    cells: always(held("SharedDisk")),
  },
  {
    name: "where a quota leaves no room",
    before: (stage) => bound(stage, RESOURCE_QUOTA, { hard: { "requests.storage": "20Gi" } }),
    cells: always(held("QuotaExceeded")),
  },
  {
    name: "where a LimitRange allows no larger claim",
    before: (stage) =>
      bound(stage, LIMIT_RANGE, {
        limits: [{ type: "PersistentVolumeClaim", max: { storage: "10Gi" } }],
      }),
    cells: always(held("LimitRangeExceeded")),
  },
  {
    name: "when the provider's budget is spent",
    storage: { provisioner: "ebs.csi.aws.com" },
    before: (stage) => recall(stage, "orders-1", budget(stage, 4)),
    cells: always(held("ProviderBudgetSpent", WAIT_MINUTES)),
  },
  {
    name: "when one change of the provider's budget is left",
    storage: { provisioner: "ebs.csi.aws.com" },
    before: (stage) => recall(stage, "orders-1", budget(stage, 3)),
    cells: always(acts),
  },
];

/** What yields to urgency. */
const YIELDING: readonly GateRow[] = [
  {
    name: "during the cooldown",
    before: (stage) =>
      recall(stage, "orders-1", [{
        endedAtMs: stage.troubleAtMs + WAIT_MS - COOLDOWN_MS,
        outcome: "grown",
      }]),
    cells: [held("CooldownActive", WAIT_MINUTES), acts, acts, acts],
  },
  {
    name: "while the maintenance window is closed",
    policy: (troubleAtMs) => windowFrom(troubleAtMs + WAIT_MS, true),
    cells: [held("WindowClosed", WAIT_MINUTES), acts, acts, acts],
  },
  {
    name: "while a window is closed that exempts no emergency",
    policy: (troubleAtMs) => windowFrom(troubleAtMs + WAIT_MS, false),
    cells: [held("WindowClosed", WAIT_MINUTES), held("WindowClosed", WAIT_MINUTES), acts, acts],
  },
  {
    name: "while CNPG is busy",
    before: disableOperator,
    afterwards: assertNotDeclared,
    cells: [held("OperatorBusy", BUSY_MINUTES), acts, acts, held("OperatorBusy")],
  },
  {
    name: "when the volume's breaker is open",
    before: (stage) => recall(stage, "orders-1", failures(stage, 3)),
    cells: [held("BreakerOpen", WAIT_MINUTES), held("BreakerOpen", WAIT_MINUTES), acts, acts],
  },
  {
    name: "when the breaker is open and the rescue's one try has failed",
    before: (stage) => recall(stage, "orders-1", failures(stage, 4)),
    cells: [
      held("BreakerOpen", WAIT_MINUTES),
      held("BreakerOpen", WAIT_MINUTES),
      held("BreakerOpen", WAIT_MINUTES),
      acts,
    ],
  },
  {
    name: "when a sibling's breaker is open",
    before: (stage) => recall(stage, "orders-2", failures(stage, 3)),
    cells: always(acts),
  },
  {
    name: "when the breaker that all clusters share is open",
    policy: () => ({ circuitBreaker: { scope: "global" } }),
    before: shareBreaker,
    cells: [held("BreakerOpen", WAIT_MINUTES), held("BreakerOpen", WAIT_MINUTES), acts, acts],
  },
  {
    name: "when nobody measures the volume",
    cluster: { agents: false, workload: { walBytesPerSecond: MEBIBYTE, dataBytesPerSecond: 0 } },
    promptMs: 2 * MINUTE,
    cells: [held("SomeVolumesUnknown"), held("SomeVolumesUnknown"), acts, acts],
  },
  {
    name: "while a sibling is stuck",
    before(stage): void {
      stick(stage);
      recall(stage, "orders-2", [{ endedAtMs: stage.troubleAtMs - MINUTE, outcome: "goes-on" }]);
    },
    // The role rests from the beginning of an operation on, whatever becomes of it.
    policy: () => ({ expansion: { cooldownMinutes: 0 } }),
    cells: always(acts),
  },
];

/** All rows. */
export const GATE_ROWS: readonly GateRow[] = [...GOVERNANCE, ...ABSOLUTE, ...YIELDING];
