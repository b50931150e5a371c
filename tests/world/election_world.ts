/**
 * Processes that compete for a Lease at a simulated API server, and stand still, restart, hand over and die.
 *
 * @module
 */

import type { KubeApi } from "../../kube/api.ts";
import type { Clock } from "../../kube/clock.ts";
import {
  createElector,
  DEFAULT_LEASE_TIMING,
  type Elector,
} from "../../kube/leader_election/mod.ts";
import type { FakeClock } from "../../kube/testing/fake_clock.ts";
import { createRecordingLogger } from "../../kube/testing/recording_logger.ts";
import { connectApi } from "../../sim/api_server/connect_api.ts";
import { createSmallServer } from "../../sim/api_server/testing/small_server.ts";
import type { FaultPlan } from "../../sim/faults/fault_plan.ts";
import { noFaults } from "../../sim/faults/no_faults.ts";
import { createSeededFaults, type FaultRates } from "../../sim/faults/seeded_faults.ts";
import { createSeededRandom, type SeededRandom } from "../../sim/random/seeded_random.ts";

/** Much worse than any server that is of use: of four calls one goes wrong. */
const FAULT_RATES: FaultRates = {
  tooManyRequests: 0.03,
  serverErrors: 0.05,
  requestsLost: 0.05,
  answersLost: 0.07,
  delays: 0.07,
  watchesCut: 0,
  watchesDeaf: 0,
  watchesExpired: 0,
};

/** Clocks of healthy machines differ by less than a thousandth; the times of the Lease bear this much. */
const RATE_DIFFERENCE = 0.05;

const DAY_MS = 86_400_000;

/** One process: it has a life of its own, and clocks of its own. */
export interface Candidate {
  readonly identity: string;
  readonly elector: Elector;
  /** Set while the process stands still: nothing of it runs, and its clocks go on. */
  isPaused(): boolean;
  pause(): void;
  resume(): void;
  /** Stands still for ever. */
  kill(): void;
  /** Ends in order: the Lease is given up. */
  retire(): Promise<void>;
}

/** What a world is told when it is made. */
export interface ElectionOptions {
  readonly seed: number;
  /** Whether calls go wrong and clocks differ, until {@link ElectionWorld.calm}. */
  readonly isHarsh: boolean;
}

/** The world. */
export interface ElectionWorld {
  readonly clock: FakeClock;
  readonly random: SeededRandom;
  /** Processes that have not ended. */
  readonly candidates: Set<Candidate>;
  /** What may never happen, as far as it did: two that believed to lead at the same instant. */
  readonly violations: string[];
  /** How often somebody began to lead. */
  terms: number;
  start(): Candidate;
  leader(): Candidate | undefined;
  /** From now on every call fares well. */
  calm(): void;
}

/** Creates a world without processes. */
export function createElectionWorld({ seed, isHarsh }: ElectionOptions): ElectionWorld {
  const { server, clock } = createSmallServer();
  const random = createSeededRandom(seed);
  let faults: FaultPlan = isHarsh
    ? createSeededFaults(random.fork("faults"), FAULT_RATES)
    : noFaults;
  let started = 0;

  function leaders(): Candidate[] {
    return [...world.candidates].filter(({ elector }) => elector.isLeader());
  }

  function start(): Candidate {
    const identity = `process-${++started}`;
    const own = random.fork(identity);
    const pausable = createPausableClock(clock, own, isHarsh);
    const plan: FaultPlan = (call) => faults(call);
    const api = connectApi(server, {
      user: identity,
      clock: pausable.clock,
      random: own,
      faults: plan,
    });
    const stopping = new AbortController();
    const elector = createElector({
      api: gateAnswers(api, pausable.resumed),
      lease: { namespace: "a", name: "manager" },
      identity,
      timing: DEFAULT_LEASE_TIMING,
      clock: pausable.clock,
      random: own,
      logger: createRecordingLogger(),
      onLeading(): void {
        world.terms++;
        const found = leaders().map((one) => one.identity);
        if (found.length !== 1) world.violations.push(`at ${clock.monotonic()}: ${found.join()}`);
      },
    });
    const ended = elector.run(stopping.signal);
    const candidate: Candidate = {
      identity,
      elector,
      isPaused: pausable.isPaused,
      pause: pausable.pause,
      resume: pausable.resume,
      kill(): void {
        pausable.kill();
        world.candidates.delete(candidate);
      },
      async retire(): Promise<void> {
        stopping.abort();
        await ended;
        await elector.release();
        world.candidates.delete(candidate);
      },
    };
    world.candidates.add(candidate);
    // A process that has lost the Lease ends, and its supervisor starts another.
    void ended.then((end) => {
      if (end === "lost" && world.candidates.delete(candidate)) start();
    });
    return candidate;
  }

  const world: ElectionWorld = {
    clock,
    random,
    candidates: new Set(),
    violations: [],
    terms: 0,
    start,
    leader: () => leaders()[0],
    calm(): void {
      faults = noFaults;
    },
  };
  return world;
}

interface PausableClock {
  readonly clock: Clock;
  /** Resolves at once, or when the process goes on. */
  resumed(): Promise<void>;
  isPaused(): boolean;
  pause(): void;
  resume(): void;
  kill(): void;
}

/** The clocks of one process: they run at a rate of their own, and a process that stands still misses nothing of it. */
function createPausableClock(
  world: FakeClock,
  random: SeededRandom,
  differs: boolean,
): PausableClock {
  const rate = differs ? 1 + RATE_DIFFERENCE * (2 * random() - 1) : 1;
  const [bootMs, skewMs] = [random() * DAY_MS, differs ? (random() - 0.5) * DAY_MS : 0];
  let pause: PromiseWithResolvers<void> | undefined;
  let isDead = false;
  async function resumed(): Promise<void> {
    while (pause !== undefined) await pause.promise;
  }
  return {
    clock: {
      now: () => world.now() + skewMs,
      monotonic: () => bootMs + world.monotonic() * rate,
      async sleep(durationMs, signal): Promise<void> {
        await world.sleep(durationMs / rate, signal);
        await resumed();
      },
    },
    resumed,
    isPaused: () => pause !== undefined,
    pause(): void {
      pause ??= Promise.withResolvers();
    },
    resume(): void {
      if (isDead) return;
      pause?.resolve();
      pause = undefined;
    },
    kill(): void {
      isDead = true;
      pause ??= Promise.withResolvers();
    },
  };
}

/** A process that stands still hears no answer. */
function gateAnswers(
  api: KubeApi,
  resumed: () => Promise<void>,
): Pick<KubeApi, "get" | "create" | "replace"> {
  async function gate<Result>(answer: Promise<Result>): Promise<Result> {
    try {
      return await answer;
    } finally {
      await resumed();
    }
  }
  return {
    get: (...args) => gate(api.get(...args)),
    create: (...args) => gate(api.create(...args)),
    replace: (...args) => gate(api.replace(...args)),
  };
}
