import assert from "node:assert/strict";

import type { JsonObject } from "../../kube/api.ts";
import { PERSISTENT_VOLUME_CLAIM } from "../../kube/resources.ts";
import type { RequestSize } from "../../lib/decide/plan.ts";
import type { VolumeProgress } from "../../lib/event/event.ts";
import type { Volume } from "../../lib/view/volume.ts";
import { projectClaim } from "../observe/project_claim.ts";
import { claimObject } from "../testing/builders.ts";
import { failure, type FakeCall } from "../testing/fake_kube.ts";
import type { ActOutcome } from "./outcome.ts";
import { actOnce, gibibytes, openedExpansion, requestFor } from "./testing/drafts.ts";
import { createWorld, eventOf, type World } from "./testing/world.ts";
import { STORAGE_EVENTS } from "../observe/resources.ts";

interface Scene {
  readonly world: World;
  readonly eventName: string;
  readonly canary: Volume;
  readonly sibling: Volume;
}

async function scene(): Promise<Scene> {
  const world = createWorld();
  const { eventName, view } = await openedExpansion(world);
  const [canary, sibling] = view.volumes;
  assert.ok(canary && sibling);
  return { world, eventName, canary, sibling };
}

function requestAt(world: World, name: string): number {
  const object = world.kube.peek(PERSISTENT_VOLUME_CLAIM, { namespace: "shop", name });
  assert.ok(object);
  return projectClaim(object).requestBytes;
}

function progressAt(world: World, eventName: string, index: number): VolumeProgress {
  const object = world.kube.peek(STORAGE_EVENTS, { namespace: "shop", name: eventName });
  assert.ok(object);
  const progress = eventOf(object).status.volumes[index];
  assert.ok(progress);
  return progress;
}

function claimPatches(world: World): FakeCall[] {
  return world.kube.calls.filter(({ verb, resource }) =>
    verb === "patch" && resource === PERSISTENT_VOLUME_CLAIM
  );
}

function kinds(outcome: ActOutcome): string[] {
  return outcome.refusals.map(({ kind, reason }) => `${kind}: ${reason}`);
}

Deno.test("requestSize() tries the canary in a dry run, patches it and records the request", async () => {
  const { world, eventName, canary } = await scene();
  const outcome = await actOnce(world, requestFor(eventName, canary));
  assert.deepEqual(outcome.refusals, []);
  assert.equal(requestAt(world, "orders-1"), gibibytes(15));
  const progress = progressAt(world, eventName, 0);
  assert.equal(progress.step, "Requested");
  assert.equal(progress.requestedAtMs, world.clock.now());
  const patches = claimPatches(world);
  assert.deepEqual(patches.map(({ options }) => options.dryRun), [true, false]);
  for (const { options } of patches) {
    assert.equal(options.lane, "volume");
    assert.equal(options.fieldManager, "cnpg-storage-manager");
    assert.equal(options.deadlineMs, 10_000);
  }
});

Deno.test("requestSize() patches under an optimistic lock and nothing but the request", async () => {
  const { world, eventName, sibling } = await scene();
  await actOnce(world, requestFor(eventName, sibling));
  const [patch] = claimPatches(world);
  assert.deepEqual(patch?.patch, {
    type: "merge",
    body: {
      metadata: { uid: sibling.claim.uid, resourceVersion: sibling.claim.resourceVersion },
      spec: { resources: { requests: { storage: "15Gi" } } },
    },
  });
});

Deno.test("requestSize() spares volumes after the canary the dry run", async () => {
  const { world, eventName, sibling } = await scene();
  await actOnce(world, requestFor(eventName, sibling));
  assert.deepEqual(claimPatches(world).map(({ options }) => options.dryRun), [false]);
});

Deno.test("requestSize() says that a size is requested, never that it was reached", async () => {
  const { world, eventName, canary } = await scene();
  await actOnce(world, requestFor(eventName, canary));
  const said = world.announcements.at(-1);
  assert.equal(said?.reason, "CanaryRequested");
  assert.equal(said?.regarding.uid, canary.claim.uid);
  assert.match(said?.note ?? "", /^Requested 15Gi; the capacity is 10Gi/);
});

Deno.test("requestSize() only records the step when the claim asks for the size already", async () => {
  const { world, eventName, canary } = await scene();
  world.kube.put(PERSISTENT_VOLUME_CLAIM, claimObject({ request: "15Gi", capacity: "10Gi" }));
  world.sync();
  const outcome = await actOnce(world, requestFor(eventName, canary));
  assert.equal(outcome.done[0]?.effect, "written");
  assert.deepEqual(claimPatches(world), []);
  assert.equal(progressAt(world, eventName, 0).step, "Requested");
});

Deno.test("requestSize() reads the claim again after a conflict and goes on", async () => {
  const { world, eventName, canary } = await scene();
  world.kube.put(PERSISTENT_VOLUME_CLAIM, claimObject({ annotations: { other: "writer" } }));
  const outcome = await actOnce(world, requestFor(eventName, canary));
  assert.deepEqual(outcome.refusals, []);
  assert.equal(requestAt(world, "orders-1"), gibibytes(15));
});

Deno.test("requestSize() gives up quietly after a second conflict", async () => {
  const { world, eventName, canary } = await scene();
  world.kube.failWhen(({ verb, resource }) =>
    verb === "patch" && resource === PERSISTENT_VOLUME_CLAIM
      ? { when: "before", error: failure(409, "Conflict", "modified") }
      : undefined
  );
  const outcome = await actOnce(world, requestFor(eventName, canary));
  assert.deepEqual(kinds(outcome), ["conflict: Conflict"]);
  assert.equal(claimPatches(world).length, 2);
  assert.equal(progressAt(world, eventName, 0).step, "Queued");
  assert.deepEqual(world.logger.lines.filter(({ level }) => level !== "debug"), []);
});

Deno.test("requestSize() does not lower what somebody else raised meanwhile", async () => {
  const { world, eventName, canary } = await scene();
  world.kube.put(PERSISTENT_VOLUME_CLAIM, claimObject({ request: "18Gi", capacity: "10Gi" }));
  await actOnce(world, requestFor(eventName, canary));
  assert.equal(requestAt(world, "orders-1"), gibibytes(18));
});

Deno.test("requestSize() leaves a claim alone that was made anew under the name", async () => {
  const { world, eventName, canary } = await scene();
  world.kube.put(PERSISTENT_VOLUME_CLAIM, claimObject({ uid: "another" }));
  const outcome = await actOnce(world, requestFor(eventName, canary));
  assert.deepEqual(kinds(outcome), ["conflict: StaleError"]);
  assert.equal(requestAt(world, "orders-1"), gibibytes(10));
});

Deno.test("requestSize() answers conflict when the claim is gone", async () => {
  const { world, eventName, canary } = await scene();
  await world.kube.delete(PERSISTENT_VOLUME_CLAIM, { namespace: "shop", name: "orders-1" });
  const cached = await actOnce(world, requestFor(eventName, canary));
  assert.deepEqual(kinds(cached), ["conflict: StaleError"]);
  world.sync();
  const synced = await actOnce(world, requestFor(eventName, canary));
  assert.deepEqual(kinds(synced), ["conflict: StaleError"]);
});

Deno.test("requestSize() fails the volume with the server's words when the quota is spent", async () => {
  const { world, eventName, canary } = await scene();
  const words = "exceeded quota: storage, requested: requests.storage=5Gi";
  world.kube.admitWith((resource) => {
    if (resource === PERSISTENT_VOLUME_CLAIM) throw failure(403, "Forbidden", words);
  });
  const outcome = await actOnce(world, requestFor(eventName, canary));
  assert.deepEqual(kinds(outcome), ["refused: ResizeRefused"]);
  assert.deepEqual(claimPatches(world).map(({ options }) => options.dryRun), [true]);
  const progress = progressAt(world, eventName, 0);
  assert.equal(progress.step, "Failed");
  assert.deepEqual(progress.failure, { reason: "ResizeRefused", message: words });
  assert.equal(world.announcements.at(-1)?.type, "Warning");
});

Deno.test("requestSize() does not blame the claim when the token has run out", async () => {
  const { world, eventName, canary } = await scene();
  world.kube.failWhen(({ resource }) =>
    resource === PERSISTENT_VOLUME_CLAIM
      ? { when: "before", error: failure(401, "Unauthorized", "Unauthorized") }
      : undefined
  );
  const outcome = await actOnce(world, requestFor(eventName, canary));
  assert.deepEqual(kinds(outcome), ["unavailable: Unauthorized"]);
  assert.equal(progressAt(world, eventName, 0).step, "Queued");
});

Deno.test("requestSize() refuses a size above the limit without asking anybody", async () => {
  const { world, eventName, canary } = await scene();
  const action: RequestSize = requestFor(eventName, canary, { toBytes: gibibytes(30) });
  const outcome = await actOnce(world, action);
  assert.deepEqual(kinds(outcome), ["refused: MaxSizeReached"]);
  assert.deepEqual(claimPatches(world), []);
  assert.equal(progressAt(world, eventName, 0).failure?.reason, "MaxSizeReached");
});

Deno.test("requestSize() does nothing for an operation that is not known", async () => {
  const { world, canary } = await scene();
  const outcome = await actOnce(world, requestFor("no-such-event", canary));
  assert.deepEqual(kinds(outcome), ["conflict: StaleError"]);
  assert.deepEqual(claimPatches(world), []);
});

Deno.test("requestSize() lowers no request that somebody else has changed before a conflict", async () => {
  const { world, eventName, canary } = await scene();
  world.kube.put(PERSISTENT_VOLUME_CLAIM, claimObject({ request: "20Gi", capacity: "10Gi" }));
  world.sync();
  world.kube.put(PERSISTENT_VOLUME_CLAIM, claimObject({ request: "25Gi", capacity: "10Gi" }));
  const outcome = await actOnce(
    world,
    requestFor(eventName, canary, {
      toBytes: gibibytes(11),
      expectedRequestBytes: gibibytes(20),
      lowering: true,
    }),
  );
  assert.deepEqual(kinds(outcome), ["conflict: StaleError"]);
  assert.equal(requestAt(world, "orders-1"), gibibytes(25));
});

Deno.test("requestSize() lowers a failed request and keeps its reason when that is refused", async () => {
  for (const refused of [false, true]) {
    const { world, eventName, canary } = await scene();
    world.kube.put(PERSISTENT_VOLUME_CLAIM, claimObject({ request: "20Gi", capacity: "10Gi" }));
    world.sync();
    world.kube.admitWith((resource: { kind: string }, _: JsonObject) => {
      if (refused && resource.kind === "PersistentVolumeClaim") {
        throw failure(422, "Invalid", "field can not be less than previous value");
      }
    });
    await actOnce(
      world,
      requestFor(eventName, canary, {
        toBytes: gibibytes(11),
        expectedRequestBytes: gibibytes(20),
        lowering: true,
      }),
    );
    assert.equal(requestAt(world, "orders-1"), gibibytes(refused ? 20 : 11));
    const reason = progressAt(world, eventName, 0).failure?.reason;
    assert.equal(reason, refused ? "ResizeInfeasible" : undefined);
    const said = world.announcements.at(-1)?.reason;
    assert.equal(said, refused ? "ResizeInfeasible" : "RequestLowered");
  }
});
