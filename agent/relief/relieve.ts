/**
 * Relief as a whole: the ladder with real hands.
 *
 * @module
 */

import { type Bytes } from "../../lib/units/bytes.ts";
import { type Millis, millis } from "../../lib/units/millis.ts";
import type { CheckpointRequest } from "../../lib/wal/checkpoint.ts";
import type { CutOffPolicy } from "../../lib/wal/cut_off.ts";
import type { WalEvidence } from "../../lib/wal/evidence.ts";
import { type Fact, known, unknown } from "../../lib/wal/fact.ts";
import { believedControl } from "../../lib/wal/gate_files.ts";
import type { LadderStep } from "../../lib/wal/ladder.ts";
import type { BallastDirectory } from "./ballast.ts";
import { leastHeadroom } from "./ballast_plan.ts";
import { forceCheckpoint, type RunCheckpoint } from "./checkpoint.ts";
import { cleanUp } from "./cleanup.ts";
import { type Climber, createClimber, type StepOrder, type StepReport } from "./climb.ts";
import type { ReliefLock } from "./lock.ts";
import { makeOffers } from "./offers.ts";
import { cleanUpOffline } from "./offline.ts";
import type { CleanupHands } from "./ports.ts";
import { releaseBallast, type ReleaseResult } from "./release_ballast.ts";
import { type SpillDirectory, spillSegments } from "./spill.ts";

/** Everything that relief touches. */
export interface ReliefPorts extends Omit<CleanupHands, "lastCheck"> {
  readonly lock: ReliefLock;
  readonly runCheckpoint: RunCheckpoint;
  readonly ballast: BallastDirectory;
  /** Absent where no operator has allowed spilling. */
  readonly spill?: SpillDirectory | undefined;
  readonly askPostmasterGone: (signal: AbortSignal) => Promise<Fact<boolean>>;
}

/** What a policy and the last look at the server say. */
export interface ReliefRules {
  readonly policy: CutOffPolicy;
  readonly walInitZero: Fact<boolean>;
  /** All that a checkpoint is judged by, but when the last one was: that is remembered here. */
  readonly checkpoint: Omit<CheckpointRequest, "lastForcedAgoMs">;
}

/**
 * Makes the ladder of one instance.
 *
 * @param rules Asked at every step, because a policy may change.
 */
export function createRelief(ports: ReliefPorts, rules: () => ReliefRules): Climber {
  const { clock, ballast, spill } = ports;
  let forcedAtMs: number | undefined;

  function lastForcedAgoMs(): Millis | undefined {
    return forcedAtMs === undefined ? undefined : millis(clock.monotonic() - forcedAtMs);
  }

  function checkpointRequest(): CheckpointRequest {
    return { ...rules().checkpoint, lastForcedAgoMs: lastForcedAgoMs() };
  }

  async function takeCheckpoint(signal: AbortSignal): Promise<StepReport> {
    const result = await forceCheckpoint(ports, checkpointRequest(), signal);
    if (result.kind !== "refused") forcedAtMs = clock.monotonic();
    return { step: "checkpoint", result };
  }

  return createClimber({
    look: ports.look,
    clock,
    lock: ports.lock,
    headroom: (evidence) => headroomOf(evidence, rules().walInitZero),
    offers: (evidence, neededBytes) =>
      makeOffers({
        evidence,
        policy: rules().policy,
        checkpoint: checkpointRequest(),
        ballast,
        spill,
        neededBytes,
      }),
    take: (step, order, signal) =>
      step === "checkpoint"
        ? takeCheckpoint(signal)
        : takeOther(ports, rules().policy, step, order, signal),
  });
}

async function takeOther(
  ports: ReliefPorts,
  policy: CutOffPolicy,
  step: Exclude<LadderStep, "checkpoint">,
  { evidence, neededBytes }: StepOrder,
  signal: AbortSignal,
): Promise<StepReport> {
  switch (step) {
    case "explain":
      return { step };
    case "cleanup":
      return { step, result: await cleanUpBeside(ports, policy, evidence, signal) };
    case "ballast":
      return { step, result: await releaseOne(ports, evidence, signal) };
    case "spill":
      return { step, result: await spillBeside(ports, neededBytes, signal) };
  }
}

async function cleanUpBeside(
  ports: ReliefPorts,
  policy: CutOffPolicy,
  { server }: WalEvidence,
  signal: AbortSignal,
): ReturnType<typeof cleanUp> {
  const isDown = server.kind === "known" && server.value === "down";
  if (!isDown) return await cleanUp(ports, policy, signal);
  return (await cleanUpOffline(ports, policy, signal)).cleanup;
}

async function releaseOne(
  ports: ReliefPorts,
  evidence: WalEvidence,
  signal: AbortSignal,
): Promise<ReleaseResult> {
  const size = believedControl(evidence)?.segmentSize;
  return size === undefined ? { kind: "none" } : await releaseBallast(ports, size, signal);
}

async function spillBeside(
  ports: ReliefPorts,
  neededBytes: Bytes,
  signal: AbortSignal,
): ReturnType<typeof spillSegments> {
  const { spill } = ports;
  return spill === undefined
    ? { kind: "refused", refusals: [] }
    : await spillSegments({ ...ports, spill }, neededBytes, signal);
}

/** Beside a server that is down only free blocks count: it makes its segment before it uses any other. */
function headroomOf(evidence: WalEvidence, walInitZero: Fact<boolean>): Fact<Bytes> {
  const { server, availableBytes } = evidence;
  if (server.kind === "known" && server.value === "down") return availableBytes;
  const least = leastHeadroom(evidence, walInitZero);
  return least === undefined
    ? unknown("what PostgreSQL can still write is not known")
    : known(least);
}
