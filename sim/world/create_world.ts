/**
 * Puts a world together.
 *
 * @module
 */

import type { JsonObject } from "../../kube/api.ts";
import { NAMESPACE, STORAGE_CLASS } from "../../kube/resources.ts";
import { ADMINISTRATOR } from "../api_server/administrator.ts";
import { admissions } from "../api_server/admission/admissions.ts";
import type { ApiServer } from "../api_server/api_server.ts";
import { createApiServer } from "../api_server/create_api_server.ts";
import { builtinResources, servedResourcesOf } from "../api_server/served_resources.ts";
import type { Component } from "../component/component.ts";
import { createPodServers } from "../kubelet/pod_servers.ts";
import { createKubelet } from "../kubelet/kubelet.ts";
import { createOperator } from "../operator/create_operator.ts";
import { createSeededRandom, type SeededRandom } from "../random/seeded_random.ts";
import { createResizer } from "../storage/resizer.ts";
import { createVolumes } from "../storage/volumes.ts";
import { createAgenda } from "./agenda.ts";
import { createClusterBook } from "./cluster_book.ts";
import { createListeners } from "./listeners.ts";
import { createProvisioner, DEFAULT_PROVISIONER } from "./provisioner.ts";
import { createQuotaCounter } from "./quota_counter.ts";
import { createScheduler } from "./scheduler.ts";
import type { StorageClassSpec, World, WorldOptions } from "./world.ts";
import type { WorldState } from "./world_state.ts";

const DEFAULT_TICK_MS = 1_000;

/** Namespaces that are there before anybody comes. */
const NAMESPACES = ["default", "kube-system", "cnpg-system"] as const;

/** Creates a world without classes and clusters. */
export function createWorld(options: WorldOptions): World {
  const { clock, tickMs = DEFAULT_TICK_MS } = options;
  const random = createSeededRandom(options.seed);
  const server = createServer(options, random);
  const classes = new Map<string, StorageClassSpec>();
  const volumes = createVolumes();
  const state: WorldState = { server, clock, volumes, podServers: createPodServers(), classes };
  const book = createClusterBook(state);
  const provisioner = createProvisioner(state, book.removeClaim);
  const agenda = createAgenda();
  const steps = createListeners<readonly [nowMs: number]>();
  // In this order: what servers did is seen by kubelets, what those wrote by the operator, in one tick.
  const order: readonly Component[] = [
    { step: (nowMs) => book.clusters.forEach((cluster) => cluster.step(nowMs)) },
    provisioner,
    createScheduler(server),
    createKubelet({ ...state, random: random.fork("kubelet") }),
    createResizer(state),
    createQuotaCounter(server),
    createOperator({ server, managers: book.managers }),
    { step: (nowMs) => agenda.runDue(nowMs) },
    { step: (nowMs) => steps.tell(nowMs) },
  ];
  let tickedMs = clock.now();

  return {
    server,
    clock,
    random,
    tickMs,
    get clusters() {
      return book.clusters;
    },
    step(): void {
      while (tickedMs + tickMs <= clock.now()) {
        tickedMs += tickMs;
        for (const part of order) part.step(tickedMs);
      }
      server.step(clock.now());
    },
    addStorageClass(spec): void {
      classes.set(spec.name, spec);
      volumes.setClassBehaviour(spec.name, spec.behaviour ?? {});
      server.create(STORAGE_CLASS, storageClassObject(spec), { user: ADMINISTRATOR });
    },
    addCluster: (spec) => book.add(spec, provisioner),
    findCluster: (namespace, name) => book.find(namespace, name),
    at: (whenMs, label, action) => agenda.add({ whenMs, label, action }),
    onStep: (listener) => steps.add(listener),
    onEvent: (listener) => agenda.onEvent(listener),
  };
}

function createServer({ clock, crds }: WorldOptions, random: SeededRandom): ApiServer {
  const server = createApiServer({
    resources: [...builtinResources(), ...servedResourcesOf(crds)],
    admissions: admissions(),
    clock,
    random: random.fork("server"),
  });
  for (const name of NAMESPACES) {
    server.create(NAMESPACE, { metadata: { name } }, { user: ADMINISTRATOR });
  }
  return server;
}

function storageClassObject(spec: StorageClassSpec): JsonObject {
  return {
    metadata: { name: spec.name },
    provisioner: spec.provisioner ?? DEFAULT_PROVISIONER,
    allowVolumeExpansion: spec.allowVolumeExpansion ?? true,
    reclaimPolicy: "Delete",
    volumeBindingMode: "WaitForFirstConsumer",
  };
}
