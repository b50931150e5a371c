/**
 * Whether CloudNativePG must not be disturbed now (`cnpg.md` §9).
 *
 * `status.demotionToken` is no sign of it: a demoted cluster keeps the token for as long as it stays a
 * replica. Running backups and jobs are not watched; jobs show in the phase.
 *
 * @module
 */

import type { OperatorState } from "../../lib/view/cluster.ts";
import type { OperatorSigns } from "./project_cluster.ts";

/** The one phase in which CNPG rests (`PhaseHealthy` in CNPG's `api/v1/cluster_types.go`). */
export const PHASE_HEALTHY = "Cluster in healthy state";

/** CNPG saw exit code 4 of an instance, and does nothing for the whole cluster any more (`cnpg.md` §6). */
export const PHASE_DISK_FULL = "Not enough disk space";

/** A sign that CNPG is busy, in a sentence; undefined where it is absent. */
type Sign = (signs: OperatorSigns) => string | undefined;

/** Signs in the order of their weight: what users have set, what has begun, what the phase says. */
const SIGNS: readonly Sign[] = [
  reconciliationDisabled,
  hibernating,
  fenced,
  nodeMaintenance,
  primaryMoving,
  majorUpgrade,
  replicaSwitch,
  initializing,
  phaseNotHealthy,
];

/** What CNPG says about a cluster. In the disk-full phase it counts as resting: that is when to act. */
export function operatorState(signs: OperatorSigns): OperatorState {
  return {
    phase: signs.phase,
    busy: firstSign(signs),
    diskFull: signs.phase === PHASE_DISK_FULL,
    currentPrimary: signs.currentPrimary,
  };
}

function firstSign(signs: OperatorSigns): string | undefined {
  for (const sign of SIGNS) {
    const found = sign(signs);
    if (found !== undefined) return found;
  }
  return undefined;
}

function reconciliationDisabled({ reconciliationLoop }: OperatorSigns): string | undefined {
  return reconciliationLoop === "disabled"
    ? "a user has disabled CNPG's reconciliation of the cluster"
    : undefined;
}

function hibernating({ hibernation }: OperatorSigns): string | undefined {
  return hibernation === "on" ? "the cluster hibernates" : undefined;
}

function fenced({ fencedInstances }: OperatorSigns): string | undefined {
  const names = fencedNames(fencedInstances);
  if (names === undefined) return "instances are fenced, the list cannot be read";
  if (names.length === 0) return undefined;
  return names.includes("*") ? "all instances are fenced" : `fenced instances: ${names.join(", ")}`;
}

/** Undefined where the list cannot be read. */
function fencedNames(text: string | undefined): readonly string[] | undefined {
  if (text === undefined || text === "") return [];
  try {
    const names: unknown = JSON.parse(text);
    return Array.isArray(names) ? names.map(String) : undefined;
  } catch {
    return undefined;
  }
}

function nodeMaintenance(signs: OperatorSigns): string | undefined {
  return signs.nodeMaintenance ? "a node maintenance window is open" : undefined;
}

function primaryMoving({ currentPrimary, targetPrimary }: OperatorSigns): string | undefined {
  if (targetPrimary === undefined || targetPrimary === currentPrimary) return undefined;
  return targetPrimary === "pending"
    ? "a failover is waiting for a new primary"
    : `the primary moves from ${currentPrimary ?? "none"} to ${targetPrimary}`;
}

function majorUpgrade(signs: OperatorSigns): string | undefined {
  return signs.majorUpgrade ? "a major upgrade of PostgreSQL is under way" : undefined;
}

function replicaSwitch(signs: OperatorSigns): string | undefined {
  return signs.replicaSwitch ? "the cluster switches to or from being a replica" : undefined;
}

function initializing({ initializingClaims }: OperatorSigns): string | undefined {
  return initializingClaims.length === 0
    ? undefined
    : `volumes are being initialized: ${initializingClaims.join(", ")}`;
}

function phaseNotHealthy({ phase }: OperatorSigns): string | undefined {
  if (phase === PHASE_HEALTHY || phase === PHASE_DISK_FULL) return undefined;
  return phase === "" ? "CNPG has not reported a phase yet" : `CNPG reports "${phase}"`;
}
