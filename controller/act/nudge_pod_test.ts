import assert from "node:assert/strict";

import { POD } from "../../kube/resources.ts";
import type { NudgePod, RecordStatus } from "../../lib/decide/plan.ts";
import { millis } from "../../lib/units/millis.ts";
import { podObject } from "../testing/builders.ts";
import { failure, type FakeCall, metadataOf } from "../testing/fake_kube.ts";
import { createActor } from "./act.ts";
import { actOnce, openedExpansion } from "./testing/drafts.ts";
import { createWorld, planOf, type World } from "./testing/world.ts";

interface Scene {
  readonly world: World;
  readonly nudge: NudgePod;
  /** The status that `decide` would record with the nudge. */
  readonly record: RecordStatus;
}

async function scene(): Promise<Scene> {
  const world = createWorld();
  const { eventName, view } = await openedExpansion(world);
  const [event] = view.events;
  assert.ok(event);
  const nudgedAtMs = millis(world.clock.now());
  const volumes = event.status.volumes.map((volume) => ({ ...volume, nudgedAtMs }));
  return {
    world,
    nudge: {
      kind: "nudge-pod",
      eventName,
      claimName: "orders-1",
      podName: "orders-1",
      podUid: "orders-1-pod-uid",
    },
    record: {
      kind: "record-status",
      eventName,
      resourceVersion: event.resourceVersion,
      status: { ...event.status, volumes },
    },
  };
}

function podPatches(world: World): FakeCall[] {
  return world.kube.calls.filter(({ verb, resource }) => verb === "patch" && resource === POD);
}

function refusePods(world: World, code: number): void {
  world.kube.admitWith((resource) => {
    if (resource === POD) throw failure(code, "Refused", "a policy has denied request");
  });
}

Deno.test("nudgePod() changes one annotation of this very pod and records it", async () => {
  const { world, nudge } = await scene();
  const outcome = await actOnce(world, nudge);
  assert.equal(outcome.done[0]?.effect, "written");
  assert.deepEqual(podPatches(world)[0]?.patch, {
    type: "merge",
    body: {
      metadata: {
        uid: "orders-1-pod-uid",
        annotations: { "storage.cnpg.supporttools.io/nudge": "2026-01-01T00:00:00Z" },
      },
    },
  });
  assert.equal(world.view().events[0]?.status.volumes[0]?.nudgedAtMs, world.clock.now());
});

Deno.test("nudgePod() nudges a pod once for all volumes of a plan, and again for the next plan", async () => {
  const { world, nudge } = await scene();
  const outcome = await actOnce(world, nudge, { ...nudge, claimName: "orders-2" });
  assert.deepEqual(outcome.done.map(({ effect }) => effect), ["written", "written"]);
  assert.equal(podPatches(world).length, 1);
  const nudgedAtMs = world.view().events[0]?.status.volumes.map((volume) => volume.nudgedAtMs);
  assert.deepEqual(nudgedAtMs, [world.clock.now(), world.clock.now()]);
  await actOnce(world, nudge);
  assert.equal(podPatches(world).length, 2);
});

Deno.test("nudgePod() leaves the pod alone that took the place of the one that was meant", async () => {
  const { world, nudge } = await scene();
  world.kube.put(POD, podObject({ uid: "successor" }));
  const outcome = await actOnce(world, nudge);
  assert.deepEqual(outcome.refusals.map(({ kind }) => kind), ["conflict"]);
  const pod = world.kube.peek(POD, { namespace: "shop", name: "orders-1" });
  assert.deepEqual(metadataOf(pod ?? {})["annotations"], {});
});

for (const code of [400, 403, 422]) {
  Deno.test(`nudgePod() asks a namespace that answers ${code} again after an hour and logs it once`, async () => {
    await assertAskedHourly(code);
  });
}

async function assertAskedHourly(code: number): Promise<void> {
  const { world, nudge } = await scene();
  refusePods(world, code);
  const actor = createActor(world.dependencies);
  async function nudgeAfter(waitMs: number): Promise<string | undefined> {
    await world.clock.advance(waitMs);
    const outcome = await actor.act(planOf(nudge), world.view(), new AbortController().signal);
    return outcome.done[0]?.effect;
  }
  assert.equal(await nudgeAfter(0), "withheld");
  assert.equal(await nudgeAfter(3_599_999), "withheld");
  assert.equal(podPatches(world).length, 1);
  assert.equal(world.logger.lines.filter(({ level }) => level === "warn").length, 1);
  assert.equal(await nudgeAfter(1), "withheld");
  assert.equal(podPatches(world).length, 2);
}

Deno.test("nudgePod() takes a pod that is gone for news", async () => {
  const { world, nudge } = await scene();
  const outcome = await actOnce(world, { ...nudge, podName: "orders-9" });
  assert.deepEqual(outcome.refusals.map(({ kind }) => kind), ["conflict"]);
});

Deno.test("nudgePod() keeps a plan from recording a nudge that did not happen", async () => {
  for (const code of [403, 500]) {
    const { world, nudge, record } = await scene();
    world.kube.failWhen(({ resource }) =>
      resource === POD
        ? { when: "before", error: failure(code, "Failure", "no such luck") }
        : undefined
    );
    const outcome = await actOnce(world, nudge, record);
    assert.equal(outcome.skipped.length, 0);
    const [nudged, other] = world.view().events[0]?.status.volumes ?? [];
    assert.equal(nudged?.nudgedAtMs, undefined, `after ${code}`);
    assert.equal(other?.nudgedAtMs, world.clock.now());
  }
});
