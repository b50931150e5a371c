import assert from "node:assert/strict";
import fc from "fast-check";
import { RETRY_MAX_MS } from "./retry_delay.ts";
import { createRig, type Rig } from "./testing/queue_rig.ts";

/** Something that happens to a queue. */
type Step =
  | { readonly kind: "mark"; readonly key: string }
  | { readonly kind: "wake"; readonly key: string; readonly delayMs: number }
  | { readonly kind: "finish"; readonly index: number; readonly wakeInMs: number | undefined }
  | { readonly kind: "fail"; readonly index: number }
  | { readonly kind: "advance"; readonly durationMs: number };

const KEYS = ["a", "b", "c", "d"];
const CONCURRENCY = 2;

const anyKey = fc.constantFrom(...KEYS);
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant("mark"), key: anyKey }),
  fc.record({ kind: fc.constant("wake"), key: anyKey, delayMs: fc.nat(2_000) }),
  fc.record({
    kind: fc.constant("finish"),
    index: fc.nat(CONCURRENCY),
    wakeInMs: fc.option(fc.nat(2_000), { nil: undefined }),
  }),
  fc.record({ kind: fc.constant("fail"), index: fc.nat(CONCURRENCY) }),
  fc.record({ kind: fc.constant("advance"), durationMs: fc.nat(3_000) }),
);

async function take(rig: Rig, step: Step): Promise<void> {
  switch (step.kind) {
    case "mark":
      assert.equal(rig.queue.mark(step.key), true);
      break;
    case "wake":
      assert.equal(rig.queue.wakeIn(step.key, step.delayMs), true);
      break;
    case "finish":
      await rig.open[step.index]?.finish({ wakeInMs: step.wakeInMs });
      break;
    case "fail":
      await rig.open[step.index]?.fail();
      break;
    case "advance":
      await rig.clock.advance(step.durationMs);
      break;
  }
}

function assertPlacesKept(rig: Rig): void {
  const keys = rig.open.map(({ key }) => key);
  assert.equal(new Set(keys).size, keys.length, `two works on one key: ${keys}`);
  assert.ok(keys.length <= CONCURRENCY, `too many works at once: ${keys}`);
  const { ready, running } = rig.queue.stats();
  assert.equal(running, keys.length);
  assert.ok(ready === 0 || running === CONCURRENCY, "a place is free and a key waits for it");
}

Deno.test("the queue never works twice at once on a key, and loses no mark, whatever happens", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { maxLength: 60 }), async (steps) => {
      const rig = createRig({ concurrency: CONCURRENCY });
      const asked = new Map<string, number>();
      for (const step of steps) {
        if (step.kind === "mark" || step.kind === "wake") asked.set(step.key, rig.begun.length);
        await take(rig, step);
        assertPlacesKept(rig);
      }
      await finishAll(rig);
      for (const [key, position] of asked) {
        const later = rig.begun.slice(position).some((work) => work.key === key);
        assert.ok(later, `no work on ${key} began after it was last asked for`);
      }
      assert.deepEqual(rig.clock.sleepers(), []);
    }),
    { numRuns: 100 },
  );
});

/** Lets all work end well and all alarms ring, until nothing is left to do. */
async function finishAll(rig: Rig): Promise<void> {
  for (let rounds = 0; rounds < 100; rounds++) {
    while (rig.open.length > 0) {
      await rig.open[0]?.finish();
      assertPlacesKept(rig);
    }
    if (rig.queue.stats().waiting === 0) return;
    await rig.clock.advance(RETRY_MAX_MS);
  }
  assert.fail("the queue does not come to rest");
}
