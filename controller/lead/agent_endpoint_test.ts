import assert from "node:assert/strict";

import { ApiError, type JsonObject, type KubeApi } from "../../kube/api.ts";
import { createFakeClock, type FakeClock } from "../../kube/testing/fake_clock.ts";
import {
  createRecordingLogger,
  type RecordingLogger,
} from "../../kube/testing/recording_logger.ts";
import { keepAgentEndpoint } from "./agent_endpoint.ts";

interface SliceWorld {
  readonly clock: FakeClock;
  readonly logger: RecordingLogger;
  readonly written: JsonObject[];
  slice: JsonObject | undefined;
  failure: Error | undefined;
  stop(): void;
}

function keep(address = "10.0.0.1"): SliceWorld {
  const stopping = new AbortController();
  const world: SliceWorld = {
    clock: createFakeClock(),
    logger: createRecordingLogger(),
    written: [],
    slice: undefined,
    failure: undefined,
    stop: () => stopping.abort(),
  };
  const api: Pick<KubeApi, "get" | "patch"> = {
    get: () =>
      world.slice === undefined
        ? Promise.reject(new ApiError("not found", { code: 404, reason: "NotFound" }))
        : Promise.resolve(world.slice),
    patch(_resource, name, patch): Promise<JsonObject> {
      if (world.failure !== undefined) return Promise.reject(world.failure);
      assert.equal(name.name, "agents-leader");
      assert.ok(patch.type === "apply" && patch.force === true);
      world.written.push(patch.body);
      world.slice = patch.body;
      return Promise.resolve(patch.body);
    },
  };
  const { clock, logger } = world;
  const endpoint = { namespace: "system", service: "agents", address, port: 8443 };
  void keepAgentEndpoint(endpoint, { api, clock, logger }, stopping.signal);
  return world;
}

Deno.test("keepAgentEndpoint() lets the Service lead here at once, and then writes nothing", async () => {
  const world = keep();
  await world.clock.advance(60_000);
  assert.deepEqual(world.written, [{
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: {
      namespace: "system",
      name: "agents-leader",
      labels: {
        "kubernetes.io/service-name": "agents",
        "endpointslice.kubernetes.io/managed-by": "cnpg-storage-manager",
      },
    },
    addressType: "IPv4",
    endpoints: [{ addresses: ["10.0.0.1"], conditions: { ready: true } }],
    ports: [{ name: "agents", port: 8443, protocol: "TCP" }],
  }]);
  world.stop();
});

Deno.test("keepAgentEndpoint() undoes what others change, and leaves what is not its own", async () => {
  const world = keep();
  await world.clock.advance(0);
  const [ours = {}] = world.written;
  const metadata = Object(ours["metadata"]);
  const foreign = { ...metadata, labels: { ...metadata.labels, team: "data" }, uid: "u" };
  world.slice = { ...ours, metadata: foreign };
  await world.clock.advance(20_000);
  assert.equal(world.written.length, 1);
  const endpoints = [ours["endpoints"], [{ addresses: ["10.0.0.9"] }]].flat();
  for (
    const changed of [
      { ...ours, endpoints },
      { ...ours, endpoints: [{ addresses: ["10.0.0.9"], conditions: { ready: true } }] },
      { ...ours, ports: null },
      undefined,
    ]
  ) {
    world.slice = changed;
    await world.clock.advance(10_000);
    assert.deepEqual(world.slice, ours);
  }
  assert.equal(world.written.length, 5);
  world.stop();
});

Deno.test("keepAgentEndpoint() tells a failure once, and tries again every second", async () => {
  const world = keep("fd00::1");
  world.failure = new Error("forbidden");
  await world.clock.advance(5_500);
  const told = world.logger.lines.filter(({ level }) => level === "warn");
  assert.deepEqual(told.map(({ fields }) => fields["error"]), ["forbidden"]);
  world.failure = undefined;
  await world.clock.advance(1_000);
  assert.equal(world.slice?.["addressType"], "IPv6");
  world.stop();
  await world.clock.advance(0);
  assert.deepEqual(world.clock.sleepers(), []);
});
