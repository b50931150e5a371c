/**
 * The whole controller in a world of its own: an API server in memory, a clock that a test moves, a storage
 * provider that grows what is asked for, and agents that report what they measure.
 *
 * @module
 */

import assert from "node:assert/strict";
import type { JsonObject, KubeApi } from "../../../kube/api.ts";
import { PERSISTENT_VOLUME_CLAIM, POD, STORAGE_CLASS } from "../../../kube/resources.ts";
import { createFakeClock, type FakeClock, settle } from "../../../kube/testing/fake_clock.ts";
import {
  createRecordingLogger,
  type RecordingLogger,
} from "../../../kube/testing/recording_logger.ts";
import type { Event } from "../../../lib/event/event.ts";
import { GIBIBYTE } from "../../../lib/units/bytes.ts";
import { eventOf } from "../../act/testing/world.ts";
import type { Announcement } from "../../act/announce.ts";
import { toConfig } from "../../config/config.ts";
import { configFileSchema } from "../../config/config_schema.ts";
import { type Controller, createController } from "../../create_controller.ts";
import { createNoHistory } from "../../history/no_history.ts";
import { tokenThatEndsIn, verifiedStatus } from "../../ingest/testing/reviews.ts";
import { projectClaim } from "../../observe/project_claim.ts";
import { CLUSTERS, STORAGE_EVENTS, STORAGE_POLICIES } from "../../observe/resources.ts";
import { createMetrics, type Metrics } from "../../serve/mod.ts";
import {
  claimObject,
  clusterObject,
  FIXTURE,
  podObject,
  policyObject,
  reportOf,
  storageClassObject,
} from "../../testing/builders.ts";
import type { FakeCall } from "../../testing/fake_kube.ts";
import { createLiveKube, type LiveKube } from "./live_kube.ts";

const TOKEN_MS = 86_400_000;

/** A process of the controller. */
export interface Process {
  readonly controller: Controller;
  readonly metrics: Metrics;
  readonly isDead: () => boolean;
  /** Ends at once and without a trace, as a killed process does: not one more write. */
  kill(): Promise<void>;
}

/** The world. */
export interface ControllerWorld {
  readonly kube: LiveKube;
  readonly clock: FakeClock;
  readonly logger: RecordingLogger;
  readonly announcements: Announcement[];
  readonly instances: readonly string[];
  /** Used bytes of each instance's data. */
  readonly usedBytes: Map<string, number>;
  /** Whether the processes lead. @default {true} */
  leads: boolean;
  /** Starts a process and waits until it knows everything. Aborting `life` is its death. */
  start(life?: AbortController): Promise<Process>;
  /** Every agent reports, or that of one instance alone; each report must be accepted while the process lives. */
  report(process: Process, instance?: string): Promise<void>;
  /** Gives every claim the capacity that it asks for. */
  grow(): void;
  events(): Event[];
  /** Calls that changed something: no reads, no dry runs, no TokenReviews. */
  writes(): FakeCall[];
}

/** Creates a world with Cluster `shop/orders` of `count` instances of 10Gi, half full, under a policy. */
export function createControllerWorld(count = 2): ControllerWorld {
  const kube = createLiveKube();
  const clock = createFakeClock();
  const instances = Array.from({ length: count }, (_, index) => `orders-${index + 1}`);
  const tokens = new Map(
    instances.map((name) => [tokenThatEndsIn(clock, TOKEN_MS, name), name]),
  );
  let sequence = 0;
  populate(kube, instances);
  const world: ControllerWorld = {
    kube,
    clock,
    logger: createRecordingLogger(),
    announcements: [],
    instances,
    usedBytes: new Map(instances.map((name) => [name, 5 * GIBIBYTE])),
    leads: true,
    start: (life = new AbortController()) => start(world, tokens, life),
    async report(process, only): Promise<void> {
      for (const [token, name] of tokens) {
        if (only !== undefined && only !== name) continue;
        await sendReport(process, token, sampleOf(world, name, sequence++));
      }
      await settle();
    },
    grow: () => grow(kube),
    events: () => kube.all(STORAGE_EVENTS).map(eventOf),
    writes: () =>
      kube.calls.filter(({ verb, options, resource }) =>
        !["get", "list"].includes(verb) && options.dryRun !== true &&
        resource.plural !== "tokenreviews"
      ),
  };
  return world;
}

function populate(kube: LiveKube, instances: readonly string[]): void {
  kube.put(STORAGE_CLASS, storageClassObject());
  kube.put(STORAGE_POLICIES, policyObject());
  kube.put(CLUSTERS, clusterObject({ instanceNames: instances }));
  for (const instance of instances) {
    kube.put(PERSISTENT_VOLUME_CLAIM, claimObject({ instance }));
    kube.put(POD, podObject({ instance, uid: `${instance}-uid` }));
  }
}

async function start(
  world: ControllerWorld,
  tokens: ReadonlyMap<string, string>,
  running: AbortController,
): Promise<Process> {
  const { kube, clock, logger, announcements } = world;
  const metrics = createMetrics({
    version: "0",
    clock,
    readMemory: () => ({ residentBytes: 0, heapBytes: 0 }),
  });
  const controller = createController({
    config: toConfig(configFileSchema.parse({})),
    api: reviewing(kube, tokens),
    announce: (announcement) => void announcements.push(announcement),
    metrics,
    history: createNoHistory(),
    clock,
    random: () => 0.5,
    logger,
    mayWrite: () => world.leads && !running.signal.aborted,
  });
  const observing = controller.observe(running.signal);
  await settle();
  return {
    controller,
    metrics,
    isDead: () => running.signal.aborted,
    async kill(): Promise<void> {
      running.abort();
      await controller.stop(0);
      await observing;
    },
  };
}

/** The server, which knows the tokens of the agents. */
function reviewing(kube: LiveKube, tokens: ReadonlyMap<string, string>): KubeApi {
  return {
    ...kube,
    async create(resource, object, options): Promise<JsonObject> {
      if (resource.plural !== "tokenreviews") return await kube.create(resource, object, options);
      const { token } = Object.assign({ token: "" }, object["spec"]);
      const podName = tokens.get(token);
      return podName === undefined ? {} : { ...object, status: verifiedStatus(podName) };
    },
  };
}

async function sendReport(
  { controller, isDead }: Process,
  token: string,
  report: unknown,
): Promise<void> {
  const response = await controller.ingest.fetch(
    new Request("http://localhost/v1/reports", {
      method: "POST",
      headers: { "Content-Type": "application/json", Authorization: `Bearer ${token}` },
      body: JSON.stringify(report),
    }),
  );
  const text = await response.text();
  if (!isDead()) assert.equal(response.status, 200, text);
}

function sampleOf(
  { kube, usedBytes }: ControllerWorld,
  instance: string,
  sequence: number,
): unknown {
  const { capacityBytes } = claimOf(kube, instance);
  return reportOf([{ deviceBytes: capacityBytes, usedBytes: usedBytes.get(instance) }], {
    sequence,
  });
}

/** The claim of an instance as it stands at the server. */
export function claimOf(kube: LiveKube, name: string): ReturnType<typeof projectClaim> {
  const object = kube.peek(PERSISTENT_VOLUME_CLAIM, { namespace: FIXTURE.namespace, name });
  assert.ok(object !== undefined, `there is no claim ${name}`);
  return projectClaim(object);
}

function grow(kube: LiveKube): void {
  for (const object of kube.all(PERSISTENT_VOLUME_CLAIM)) {
    const { requestBytes, capacityBytes } = projectClaim(object);
    if (requestBytes === capacityBytes) continue;
    const status = { phase: "Bound", capacity: { storage: `${requestBytes}` } };
    kube.put(PERSISTENT_VOLUME_CLAIM, { ...object, status });
  }
}
