/**
 * This process as one of several, of which one works.
 *
 * @module
 */

import type { KubeApi } from "../../kube/api.ts";
import type { Clock, Random } from "../../kube/clock.ts";
import { createElector, type ElectionStatus } from "../../kube/leader_election/mod.ts";
import type { Logger } from "../../kube/logger.ts";
import type { ControllerConfig } from "../config/mod.ts";
import { type AgentEndpoint, keepAgentEndpoint } from "./agent_endpoint.ts";

/** What the leader before wrote last is on its way to our caches; it has ended or its time is up by then. */
const SETTLE_MS = 500;

/** How soon to look whether this process could work. */
const READY_LOOK_MS = 100;

/** Enough that no two processes of one pod ever draw the same number. */
const IDENTITY_RANGE = 2 ** 48;

/** What a candidacy is made of. */
export interface CandidacyOptions {
  readonly config: Pick<ControllerConfig, "leaderElection" | "agent">;
  /** Namespace of this process, of the Lease and of the Service that leads agents here. */
  readonly namespace: string;
  readonly podName: string | undefined;
  readonly podAddress: string | undefined;
  /** Whether this process could work: who sees nothing leaves the Lease to others. */
  readonly isReady: () => boolean;
  /** For the Lease alone: nothing else delays it. */
  readonly leaseApi: KubeApi;
  /** For everything else. */
  readonly api: KubeApi;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** Competes for the Lease, and leads agents here while it is held. */
export interface Candidacy {
  /** Whether this process works; asked right before every write. */
  leads(): boolean;
  /** How the election stands. */
  status(): ElectionStatus;
  /**
   * Competes until the Lease is lost, which a process does not outlive (docs/adr/0017), or until
   * {@link Candidacy.retire}. `onLeading` is called when work may begin.
   */
  compete(onLeading: () => void): Promise<"lost" | "stopped">;
  /** Hands over to another: to be called when all work has ended. Never rejects. */
  retire(): Promise<void>;
}

/**
 * Creates a candidacy that does not compete yet.
 *
 * @throws {TypeError} If agents are to be led here and the address of this pod is not known.
 */
export function createCandidacy(options: CandidacyOptions): Candidacy {
  const { config: { leaderElection }, namespace, clock, random, logger, leaseApi } = options;
  const endpoint = endpointOf(options);
  const stopping = new AbortController();
  const began = Promise.withResolvers<void>();
  let isSettled = false;
  let competing: Promise<unknown> = Promise.resolve();
  let retiring: Promise<void> | undefined;
  const elector = createElector({
    api: leaseApi,
    lease: { namespace, name: leaderElection.leaseName },
    identity: identityOf(options.podName, random),
    timing: leaderElection.timing,
    clock,
    random,
    logger,
    onLeading: () => began.resolve(),
  });

  async function work(onLeading: () => void, signal: AbortSignal): Promise<void> {
    await began.promise;
    await clock.sleep(SETTLE_MS, signal).catch(() => {});
    if (signal.aborted) return;
    isSettled = true;
    onLeading();
    if (endpoint !== undefined) await keepAgentEndpoint(endpoint, options, signal);
  }

  async function pause(durationMs: number): Promise<void> {
    await clock.sleep(durationMs, stopping.signal).catch(() => {});
  }

  async function retire(): Promise<void> {
    stopping.abort();
    await competing;
    await elector.release();
  }

  async function compete(onLeading: () => void): Promise<"lost" | "stopped"> {
    const term = new AbortController();
    const working = work(onLeading, term.signal);
    while (!options.isReady() && !stopping.signal.aborted) await pause(READY_LOOK_MS);
    const end = await elector.run(stopping.signal);
    term.abort();
    began.resolve();
    await working;
    return end;
  }

  return {
    leads: () => isSettled && elector.isLeader(),
    status: elector.status,
    compete(onLeading): Promise<"lost" | "stopped"> {
      const end = compete(onLeading);
      competing = end;
      return end;
    },
    retire: () => retiring ??= retire(),
  };
}

function endpointOf(
  { config: { leaderElection, agent }, namespace, podAddress }: CandidacyOptions,
): AgentEndpoint | undefined {
  const { agentService: service } = leaderElection;
  if (service === "") return undefined;
  if (podAddress === undefined || podAddress === "") {
    throw new TypeError(
      `Cannot lead agents here by Service ${service}: expected the pod's address in POD_IP, found none`,
    );
  }
  return { namespace, service, address: podAddress, port: agent.listen.port };
}

/** No two processes share an identity: not even those that a pod's container is one after the other. */
function identityOf(podName: string | undefined, random: Random): string {
  return `${podName ?? "controller"}_${Math.floor(random() * IDENTITY_RANGE).toString(16)}`;
}
