/**
 * The checks of the gate, one function each; `preflight.ts` has their order and what they yield to.
 *
 * @module
 */

import { breakerOf } from "../breaker/breaker.ts";
import { waitForProbe } from "../breaker/probe_turn.ts";
import { sharedBreakerOf } from "../breaker/shared_breaker.ts";
import { DEFAULT_MAX_SIZE_FACTOR } from "../policy/defaults.ts";
import { roleSettingPath, roleSettings } from "../policy/role_settings.ts";
import { formatBytes, formatDuration } from "../units/format.ts";
import { after, type Millis, until } from "../units/millis.ts";
import { formatTimestamp } from "../units/timestamp.ts";
import { driverFacts } from "./drivers.ts";
import { cooldownEnd, lockOf, requestTimes } from "./history.ts";
import type { Hold, PreflightInput } from "./preflight.ts";

/** What checks of a volume by itself look at. */
export type VolumeInput = Pick<PreflightInput, "volume">;

/** The policy allows expansion at all. */
export function expansionIsEnabled({ policy, volume }: PreflightInput): Hold | undefined {
  if (roleSettings(policy.settings, volume.role).expansion.enabled) return undefined;
  const path = roleSettingPath(policy, volume.role, "expansion.enabled");
  return { reason: "ExpansionDisabled", message: `The policy sets ${path} to false` };
}

/** The claim is not on its way out. */
export function claimStays({ volume }: PreflightInput): Hold | undefined {
  if (!volume.claim.deleting) return undefined;
  return { reason: "ClaimDeleting", message: `PVC ${volume.claim.name} is being deleted` };
}

/** The API server expands bound claims only (`kubernetes.md` A1.4). */
export function claimIsBound({ volume }: PreflightInput): Hold | undefined {
  const { claim } = volume;
  if (claim.phase === "Bound" && claim.capacityBytes !== undefined) return undefined;
  return { reason: "ClaimNotBound", message: `PVC ${claim.name} is ${claim.phase}, not Bound` };
}

/** A raw block volume has no file system to grow. */
export function hasFileSystem({ volume }: VolumeInput): Hold | undefined {
  if (volume.claim.volumeMode === "Filesystem") return undefined;
  return { reason: "BlockVolume", message: `PVC ${volume.claim.name} is a raw block volume` };
}

/** The StorageClass exists and allows expansion now; the flag may be turned on later. */
export function classAllowsExpansion({ volume }: VolumeInput): Hold | undefined {
  const { storageClass } = volume;
  if (storageClass.kind === "unknown") {
    const name = storageClass.name ?? "(none named)";
    return { reason: "StorageClassUnknown", message: `StorageClass ${name} is not known` };
  }
  if (storageClass.allowVolumeExpansion) return undefined;
  const message = `StorageClass ${storageClass.name} has no allowVolumeExpansion: true`;
  return { reason: "StorageClassFixed", message };
}

/** The driver can grow a volume that is in use. */
export function driverGrowsOnline({ volume }: VolumeInput): Hold | undefined {
  const { storageClass } = volume;
  if (storageClass.kind === "unknown") return undefined;
  const why = driverFacts(storageClass.provisioner).neverOnline;
  if (why === undefined) return undefined;
  const message = `${storageClass.provisioner} cannot grow a volume in use: ${why}`;
  return { reason: "DriverOfflineOnly", message };
}

/** Growing a directory on a node's own disk gives it no space. */
export function diskIsItsOwn({ volume }: VolumeInput): Hold | undefined {
  const { fileSystem } = volume;
  if (fileSystem.kind === "known" || fileSystem.reason !== "SharedDisk") return undefined;
  return { reason: "SharedDisk", message: fileSystem.message };
}

/** Why a volume cannot grow whatever the policy says, if so: its mode, its class, its driver or its disk. */
export function whyNotExpandable(input: VolumeInput): Hold | undefined {
  return hasFileSystem(input) ?? classAllowsExpansion(input) ?? driverGrowsOnline(input) ??
    diskIsItsOwn(input);
}

/** Never two operations on one volume. */
export function noOperationHoldsIt({ view, volume }: PreflightInput): Hold | undefined {
  const lock = lockOf(volume.claim.uid, view.events);
  if (lock === undefined) return undefined;
  return { reason: "VolumeLocked", message: `StorageEvent ${lock.name} is under way` };
}

/** Nobody else's resize of this volume is under way, and none has been left unfinished. */
export function noResizeInFlight({ volume }: PreflightInput): Hold | undefined {
  const { claim } = volume;
  const { resizing, fileSystemResizePending, controllerError, nodeError } = claim.resizeConditions;
  const unfinished = claim.capacityBytes !== undefined && claim.requestBytes > claim.capacityBytes;
  if (claim.resizeStatus !== "none") {
    return { reason: "ResizeInFlight", message: `PVC ${claim.name} is in ${claim.resizeStatus}` };
  }
  if (!resizing && !fileSystemResizePending && !unfinished) return undefined;
  const detail = controllerError ?? nodeError ?? `it asks for ${formatBytes(claim.requestBytes)}`;
  return { reason: "ResizeInFlight", message: `PVC ${claim.name} is being resized: ${detail}` };
}

/** There is room below the policy's `maxSize` (or its stand-in). */
export function isBelowLimit({ policy, volume, limit }: PreflightInput): Hold | undefined {
  const size = volume.claim.capacityBytes ?? volume.claim.requestBytes;
  if (limit === undefined || size < limit.limitBytes) return undefined;
  const source = limit.origin === "maxSize"
    ? `the policy's ${roleSettingPath(policy, volume.role, "expansion.maxSize")}`
    : `${DEFAULT_MAX_SIZE_FACTOR} times the size first seen (the policy sets no expansion.maxSize)`;
  const message = `${formatBytes(size)} is at the limit of ${formatBytes(limit.limitBytes)}, ` +
    `${source}`;
  return { reason: "MaxSizeReached", message };
}

/** The volume has not failed too often, or too recently. */
export function breakerLetsPass(
  { view, policy, volume }: Omit<PreflightInput, "limit">,
): Hold | undefined {
  const settings = policy.settings.circuitBreaker;
  const state = breakerOf(volume.claim.uid, view.events, settings, view.nowMs);
  switch (state.kind) {
    case "closed":
    case "half-open":
      return sharedBreakerLetsPass({ view, policy });
    case "waiting": {
      const message = `The last of ${state.failures} failures was a moment ago`;
      const wait: Hold = { reason: "RetryBackoff", message, untilMs: state.retryAtMs };
      return sharedBreakerLetsPass({ view, policy }) ?? wait;
    }
    case "open": {
      const message = `Open after ${state.failures} failures, half-open in ` +
        formatDuration(until(state.halfOpenAtMs, view.nowMs));
      return { reason: "BreakerOpen", message, untilMs: state.halfOpenAtMs };
    }
  }
}

/** The clusters of the policy have not failed too often together, where they share a breaker. */
function sharedBreakerLetsPass(
  { view, policy }: Pick<PreflightInput, "view" | "policy">,
): Hold | undefined {
  const { circuitBreaker } = policy.settings;
  if (circuitBreaker.scope !== "global" || view.sharedFailures === undefined) return undefined;
  const state = sharedBreakerOf(view.sharedFailures, circuitBreaker, view.nowMs);
  if (state.kind === "closed") return undefined;
  if (state.kind === "half-open") {
    const wait = waitForProbe(state, view.sharedFailures, view);
    return wait && { reason: "BreakerOpen", ...wait };
  }
  const message = `Open for every cluster of the policy after ${state.failures} failed ` +
    `expansions in a row, half-open in ${formatDuration(until(state.halfOpenAtMs, view.nowMs))}`;
  return { reason: "BreakerOpen", message, untilMs: state.halfOpenAtMs };
}

/**
 * Whether a rescue has its one try beyond the breaker left: no try has failed since the breaker opened. A
 * failure of that try is one more than the breaker allows, and is the last until the breaker is half-open. Where
 * only the clusters together have failed too often, a volume has that try that has not failed itself, or whose own
 * breaker is half-open.
 */
export function rescueIsUntried({ view, policy, volume }: PreflightInput): boolean {
  const settings = policy.settings.circuitBreaker;
  const state = breakerOf(volume.claim.uid, view.events, settings, view.nowMs);
  switch (state.kind) {
    case "open":
      return state.failures <= settings.maxFailures;
    case "half-open":
      return true;
    case "closed":
      return state.failures === 0;
    case "waiting":
      return false;
  }
}

/** The provider lets this volume be changed once more. */
export function providerHasBudget({ view, volume }: PreflightInput): Hold | undefined {
  if (volume.storageClass.kind === "unknown") return undefined;
  const { budget } = driverFacts(volume.storageClass.provisioner);
  if (budget === undefined) return undefined;
  const recent = requestTimes(volume.claim.uid, view.events)
    .filter((time) => after(time, budget.perMs) > view.nowMs);
  const oldest = recent[recent.length - budget.changes];
  if (oldest === undefined) return undefined;
  const untilMs = after(oldest, budget.perMs);
  const message = `${volume.storageClass.provisioner} allows ${budget.changes} changes in ` +
    `${formatDuration(budget.perMs)}; the next one is free in ` +
    formatDuration(until(untilMs, view.nowMs));
  return { reason: "ProviderBudgetSpent", message, untilMs };
}

/** Enough time has passed since the last expansion of this role (PRD `cooldownMinutes`). */
export function cooldownIsOver({ view, policy, volume }: PreflightInput): Hold | undefined {
  const { cooldownMs } = roleSettings(policy.settings, volume.role).expansion;
  const untilMs = cooldownEnd(volume.role, view.events, cooldownMs);
  if (untilMs === undefined || untilMs <= view.nowMs) return undefined;
  const message = `The cooldown of role ${volume.role} ends in ` +
    formatDuration(until(untilMs, view.nowMs));
  return { reason: "CooldownActive", message, untilMs };
}

/** A maintenance window is open, or none is set. */
export function windowIsOpen({ view }: PreflightInput): Hold | undefined {
  const window = view.maintenanceWindow;
  if (window.kind !== "closed" || window.opensAtMs <= view.nowMs) return undefined;
  const { opensAtMs } = window;
  const message = `The maintenance window opens in ${
    formatDuration(until(opensAtMs, view.nowMs))
  }, at ${formatTimestamp(opensAtMs)}`;
  return { reason: "WindowClosed", message, untilMs: opensAtMs };
}

/** Some maintenance window lets emergencies go on while it is closed. */
export function emergenciesAreExempt({ view }: PreflightInput): boolean {
  const window = view.maintenanceWindow;
  return window.kind !== "closed" || window.holdsEmergencies !== true;
}

/** CNPG is not in the middle of something (`cnpg.md` §9). */
export function operatorRests({ view }: PreflightInput): Hold | undefined {
  const { busy, routineWaitsUntilMs } = view.operator;
  if (busy === undefined) return undefined;
  const untilMs = isAhead(routineWaitsUntilMs, view.nowMs) ? routineWaitsUntilMs : undefined;
  return { reason: "OperatorBusy", message: `CloudNativePG is busy: ${busy}`, untilMs };
}

/**
 * CNPG has been busy for longer than a routine expansion waits: a claim may be larger than the Cluster's spec
 * says, and the spec is written once CNPG rests.
 */
export function operatorIsBusyForLong({ view }: PreflightInput): boolean {
  const { routineWaitsUntilMs } = view.operator;
  return routineWaitsUntilMs !== undefined && !isAhead(routineWaitsUntilMs, view.nowMs);
}

function isAhead(instant: Millis | undefined, nowMs: Millis): boolean {
  return instant !== undefined && instant > nowMs;
}

/** A kubelet can grow the file system, because a pod that runs has it mounted. */
export function podRuns({ volume }: PreflightInput): Hold | undefined {
  if (volume.pod?.running === true) return undefined;
  const message = volume.pod === undefined
    ? `No pod mounts PVC ${volume.claim.name}`
    : `Pod ${volume.pod.name} is not running`;
  return { reason: "NoRunningPod", message };
}
