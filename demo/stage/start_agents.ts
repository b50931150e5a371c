/**
 * Keeps an agent in every pod whose volumes are mounted.
 *
 * @module
 */

import { errorText } from "../../kube/logger.ts";
import type { SimulatedInstance, World } from "../../sim/mod.ts";
import { type AgentSite, runSimulatedAgent } from "./simulated_agent.ts";

interface RunningAgent {
  readonly podUid: string;
  readonly stop: AbortController;
  readonly ended: Promise<void>;
}

/** Starts agents as pods come, and stops them as pods go, until disposed of. */
export function startAgents(world: World, site: AgentSite): AsyncDisposable {
  const running = new Map<SimulatedInstance, RunningAgent>();

  function start(instance: SimulatedInstance, podUid: string): void {
    const stop = new AbortController();
    const ended = runSimulatedAgent(instance, podUid, site, stop.signal).catch((error: unknown) =>
      site.logger.error("an agent ended", { pod: instance.name, error: errorText(error) })
    );
    running.set(instance, { podUid, stop, ended });
  }

  const leave = world.onStep(() => {
    const instances = world.clusters
      .filter(({ agents }) => agents)
      .flatMap((cluster) => cluster.instances);
    const mounted = new Map(instances.map((instance) => [instance, mountedPod(instance)]));
    for (const [instance, { podUid, stop }] of running) {
      if (mounted.get(instance) === podUid) continue;
      stop.abort();
      running.delete(instance);
    }
    for (const [instance, podUid] of mounted) {
      if (podUid !== undefined && !running.has(instance)) start(instance, podUid);
    }
  });

  return {
    async [Symbol.asyncDispose](): Promise<void> {
      leave();
      const agents = [...running.values()];
      for (const { stop } of agents) stop.abort();
      await Promise.all(agents.map(({ ended }) => ended));
    },
  };
}

/** UID of the pod that has the volumes: its agent starts before the server, and outlives it. */
function mountedPod(instance: SimulatedInstance): string | undefined {
  const isMounted = instance.volumes.every((volume) => volume.volume().podName !== undefined);
  return isMounted ? instance.podUid() : undefined;
}
