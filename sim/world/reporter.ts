/**
 * A light agent: it reports as the real one does, without a process and without HTTP.
 *
 * It moves with the ticks of the world rather than with timers of its own, so that hundreds of them cost
 * little and none changes what happens.
 *
 * @module
 */

import type { HistorySample, Report, ReportAnswer, ReportCause } from "../../lib/report/report.ts";
import type { Component } from "../component/component.ts";
import { instanceReport, type Samples, takeSamples } from "./instance_report.ts";
import type { SimulatedInstance, World } from "./world.ts";

/** How sending ended. */
export type ReportOutcome =
  | { readonly kind: "answered"; readonly answer: ReportAnswer }
  /** The controller does not accept who we are. */
  | { readonly kind: "refused"; readonly problem: string }
  /** Nobody heard it. */
  | { readonly kind: "failed"; readonly problem: string };

/** Delivers a report under a token. Must not reject. */
export type SendReport = (token: string, report: Report) => Promise<ReportOutcome>;

/** Interval until the controller gives one. */
const INTERVAL_MS = 30_000;

/** Below a trip reports are repeated this often until there is a new one. */
const REPEAT_MS = 3_000;

/** Waits after a report that was not taken. */
const RETRY_MS = 2_000;
const REFUSED_WAIT_MS = 30_000;

/** An hour of history on the agents' grid. */
const HISTORY_STEP_MS = 30_000;
const HISTORY_SAMPLES_MAX = 120;

/** What an agent remembers as long as its pod lives. */
interface Memory {
  readonly podUid: string;
  sequence: number;
  answer: ReportAnswer | undefined;
  reported: Samples | undefined;
  /** Nothing is sent before, after a failure. */
  quietUntilMs: number;
  sending: boolean;
  readonly history: Samples[];
}

/** Creates the agent of an instance; it runs while the instance's pod does. */
function createReporter(instance: SimulatedInstance, send: SendReport): Component {
  let memory: Memory | undefined;

  async function report(kept: Memory, cause: ReportCause, samples: Samples): Promise<void> {
    const { takenAtMs } = samples;
    kept.sending = true;
    kept.reported = samples;
    const message = instanceReport(instance, samples, {
      session: kept.podUid,
      sequence: kept.sequence++,
      cause,
      history: kept.answer?.wantHistory ? historyAt(kept.history, takenAtMs) : undefined,
    });
    const outcome = await send(instance.agentToken(takenAtMs), message);
    kept.sending = false;
    if (outcome.kind === "answered") kept.answer = outcome.answer;
    else {
      kept.reported = undefined;
      const waitMs = outcome.kind === "refused" ? REFUSED_WAIT_MS : RETRY_MS;
      kept.quietUntilMs = takenAtMs + waitMs;
    }
  }

  return {
    step(nowMs): void {
      const podUid = runningPod(instance);
      if (podUid === undefined) return void (memory = undefined);
      memory = memory?.podUid === podUid ? memory : newMemory(podUid);
      const samples = takeSamples(instance, nowMs);
      remember(memory.history, samples);
      if (memory.sending || nowMs < memory.quietUntilMs) return;
      const cause = dueCause(memory, samples);
      if (cause !== undefined) report(memory, cause, samples);
    },
  };
}

/** Gives every instance of clusters with agents a reporter, for as long as the returned function is not called. */
export function startReporters(world: World, send: SendReport): () => void {
  const reporters = new WeakMap<SimulatedInstance, Component>();
  return world.onStep((nowMs) => {
    for (const { instances } of world.clusters.filter(({ agents }) => agents)) {
      for (const instance of instances) {
        const reporter = reporters.get(instance) ?? createReporter(instance, send);
        reporters.set(instance, reporter);
        reporter.step(nowMs);
      }
    }
  });
}

/** The pod whose volumes are mounted: the agent starts before the server, and outlives it. */
function runningPod(instance: SimulatedInstance): string | undefined {
  const isMounted = instance.volumes.every((volume) => volume.volume().podName !== undefined);
  return isMounted ? instance.podUid() : undefined;
}

function newMemory(podUid: string): Memory {
  return {
    podUid,
    sequence: 0,
    answer: undefined,
    reported: undefined,
    quietUntilMs: -Infinity,
    sending: false,
    history: [],
  };
}

function dueCause(memory: Memory, samples: Samples): ReportCause | undefined {
  const { reported, answer, sequence } = memory;
  if (reported === undefined) return sequence === 0 ? "start" : "repeat";
  const quietMs = samples.takenAtMs - reported.takenAtMs;
  const crossed = (answer?.trips ?? []).filter(({ role, availableBelowBytes }) =>
    availableOf(samples, role) < availableBelowBytes
  );
  const isNew = crossed.some(({ role, availableBelowBytes }) =>
    availableOf(reported, role) >= availableBelowBytes
  );
  if (isNew) return "trip";
  if (hasGrown(reported, samples)) return "change";
  if (answer?.wantHistory && sequence === 1) return "order";
  if (crossed.length > 0 && quietMs >= REPEAT_MS) return "repeat";
  return quietMs >= (answer?.intervalMs ?? INTERVAL_MS) ? "interval" : undefined;
}

function availableOf({ volumes }: Samples, role: string): number {
  return volumes.find((volume) => volume.role === role)?.availableBytes ?? Infinity;
}

function hasGrown(before: Samples, after: Samples): boolean {
  return after.volumes.some(({ deviceBytes }, index) =>
    deviceBytes !== before.volumes[index]?.deviceBytes
  );
}

function remember(history: Samples[], samples: Samples): void {
  const last = history.at(-1);
  if (last !== undefined && samples.takenAtMs - last.takenAtMs < HISTORY_STEP_MS) return;
  history.push(samples);
  if (history.length > HISTORY_SAMPLES_MAX) history.shift();
}

function historyAt(history: readonly Samples[], nowMs: number): HistorySample[] {
  return history.flatMap(({ takenAtMs, volumes }) =>
    volumes.map(({ role, usedBytes, availableBytes }) => ({
      role,
      ageMs: nowMs - takenAtMs,
      usedBytes,
      availableBytes,
    }))
  );
}
