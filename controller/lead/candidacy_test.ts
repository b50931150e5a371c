import assert from "node:assert/strict";

import { type JsonObject, type KubeApi } from "../../kube/api.ts";
import { ENDPOINT_SLICE, LEASE } from "../../kube/resources.ts";
import {
  createLeaseWorld,
  type LeaseWorld,
} from "../../kube/leader_election/testing/lease_world.ts";
import { parseConfig } from "../config/parse_config.ts";
import { createLiveKube } from "../reconcile/testing/live_kube.ts";
import { type Candidacy, type CandidacyOptions, createCandidacy } from "./candidacy.ts";

const CONFIG = parseConfig("leaderElection: { enabled: true, agentService: agents }", "test");

interface Running {
  readonly world: LeaseWorld;
  readonly candidacy: Candidacy;
  readonly slices: JsonObject[];
}

function create(world: LeaseWorld, options: Partial<CandidacyOptions> = {}): Running {
  const kube: KubeApi = { ...createLiveKube(), ...world.api };
  const slices: JsonObject[] = [];
  const { clock, logger } = world;
  const candidacy = createCandidacy({
    config: CONFIG,
    namespace: "system",
    podName: "manager-0",
    podAddress: "10.0.0.1",
    isReady: () => true,
    leaseApi: kube,
    api: {
      ...kube,
      get: (resource, name) => createLiveKube().get(resource, name),
      patch(resource, _name, patch): Promise<JsonObject> {
        assert.equal(resource, ENDPOINT_SLICE);
        if (patch.type === "apply") slices.push(patch.body);
        return Promise.resolve({});
      },
    },
    clock,
    random: () => 0.5,
    logger,
    ...options,
  });
  return { world, candidacy, slices };
}

Deno.test("compete() lets work begin a moment after the Lease is held, and agents come then", async () => {
  const { world, candidacy, slices } = create(createLeaseWorld());
  let began = 0;
  const end = candidacy.compete(() => void began++);
  await world.clock.advance(499);
  assert.equal(candidacy.status().leader, "manager-0_800000000000");
  assert.deepEqual([candidacy.leads(), began, slices.length], [false, 0, 0]);
  await world.clock.advance(1);
  assert.deepEqual([candidacy.leads(), began, slices.length], [true, 1, 1]);
  await Promise.all([candidacy.retire(), candidacy.retire()]);
  assert.equal(await end, "stopped");
  assert.equal(candidacy.leads(), false);
  assert.equal(world.spec()?.["holderIdentity"], "");
  assert.deepEqual(world.clock.sleepers(), []);
});

Deno.test("compete() leaves the Lease to others while this process could not work", async () => {
  let isReady = false;
  const { world, candidacy } = create(createLeaseWorld(), { isReady: () => isReady });
  void candidacy.compete(() => {});
  await world.clock.advance(60_000);
  assert.deepEqual(world.requests, []);
  isReady = true;
  await world.clock.advance(1_000);
  assert.ok(candidacy.leads());
  await candidacy.retire();
});

Deno.test("compete() ends with lost, and retire() leaves the Lease to who took it", async () => {
  const { world, candidacy } = create(createLeaseWorld());
  const end = candidacy.compete(() => {});
  await world.clock.advance(5_000);
  world.write({ holderIdentity: "other", leaseDurationSeconds: 15 });
  await world.clock.advance(2_000);
  assert.equal(await end, "lost");
  assert.equal(candidacy.leads(), false);
  await candidacy.retire();
  assert.equal(world.spec()?.["holderIdentity"], "other");
});

Deno.test("retire() ends a candidacy that never led, or never competed", async () => {
  for (const competes of [true, false]) {
    const world = createLeaseWorld();
    world.write({ holderIdentity: "other", leaseDurationSeconds: 15 });
    const { candidacy } = create(world);
    const end = competes ? candidacy.compete(() => assert.fail("it never leads")) : "stopped";
    await world.clock.advance(3_000);
    await candidacy.retire();
    assert.equal(await end, "stopped");
    assert.deepEqual(world.clock.sleepers(), []);
  }
});

Deno.test("createCandidacy() needs the pod's address to lead agents here, and no other way", () => {
  const world = createLeaseWorld();
  assert.throws(() => create(world, { podAddress: undefined }), {
    message:
      "Cannot lead agents here by Service agents: expected the pod's address in POD_IP, found none",
  });
  create(world, {
    podAddress: undefined,
    config: parseConfig("leaderElection: { enabled: true }", LEASE.plural),
  });
});
