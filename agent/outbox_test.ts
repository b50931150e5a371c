import assert from "node:assert/strict";
import fc from "fast-check";
import { createFakeClock, type FakeClock, settle } from "../kube/testing/fake_clock.ts";
import {
  createOutbox,
  type Outbox,
  REFUSED_WAIT_MS,
  RETRY_AFTER_MAX_MS,
  RETRY_BOUNDS,
  type SendOutcome,
  URGENT_SPACING_MS,
} from "./outbox.ts";

const FAILED = { kind: "failed", problem: "no route" } as const;
const ANSWERED = { kind: "answered", answer: "thanks" } as const;
const REFUSED = { kind: "refused", problem: "401" } as const;

interface World {
  readonly clock: FakeClock;
  readonly sent: readonly number[];
  readonly outcomes: readonly SendOutcome<string>[];
  readonly outbox: Outbox<number>;
  /** Ends the request under way. */
  end(outcome: SendOutcome<string>): Promise<void>;
  /** Pumps every 100 ms until something is sent; gives the time that took. */
  waitForRetry(limitMs: number): Promise<number>;
  /** Requests under way. */
  sending(): number;
  /** Most requests that were ever under way at once. */
  sendingMost(): number;
}

/** An outbox whose requests the test ends one by one; random numbers are at their upper end. */
function setUp(random = 0.999_999): World {
  const clock = createFakeClock();
  const sent: number[] = [];
  const outcomes: SendOutcome<string>[] = [];
  const underWay: ((outcome: SendOutcome<string>) => void)[] = [];
  let most = 0;
  const outbox: Outbox<number> = createOutbox<number, string>({
    clock,
    random: () => random,
    send(item: number): Promise<SendOutcome<string>> {
      sent.push(item);
      return new Promise((resolve) => {
        most = Math.max(most, underWay.push(resolve));
      });
    },
    onOutcome: (outcome) => outcomes.push(outcome),
  });
  async function end(outcome: SendOutcome<string>): Promise<void> {
    underWay.shift()?.(outcome);
    await settle();
  }
  async function waitForRetry(limitMs: number): Promise<number> {
    const count = sent.length;
    const startMs = clock.monotonic();
    while (sent.length === count && clock.monotonic() - startMs < limitMs) {
      await clock.advance(100);
      outbox.pump();
    }
    return clock.monotonic() - startMs;
  }
  return {
    clock,
    sent,
    outcomes,
    outbox,
    end,
    waitForRetry,
    sending: () => underWay.length,
    sendingMost: () => most,
  };
}

Deno.test("offer() sends at once", async () => {
  const { outbox, sent, end, outcomes } = setUp();
  outbox.offer(1, "normal");
  assert.deepEqual(sent, [1]);
  await end(ANSWERED);
  assert.deepEqual(outcomes, [ANSWERED]);
});

Deno.test("offer() replaces what waits behind a request, and the newest goes next", async () => {
  const { outbox, sent, end } = setUp();
  for (const item of [1, 2, 3]) outbox.offer(item, "urgent");
  assert.deepEqual(sent, [1]);
  await end(ANSWERED);
  assert.deepEqual(sent, [1, 3]);
  await end(ANSWERED);
  outbox.pump();
  assert.deepEqual(sent, [1, 3]);
});

Deno.test("pump() sends a failed item again after waits that double up to 15 s", async () => {
  const { outbox, sent, end, waitForRetry } = setUp();
  outbox.offer(1, "normal");
  const waits: number[] = [];
  for (let failure = 0; failure < 8; failure++) {
    await end(FAILED);
    waits.push(await waitForRetry(60_000));
  }
  assert.deepEqual(waits, [500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]);
  assert.deepEqual(new Set(sent), new Set([1]));
  assert.equal(Math.max(...waits), RETRY_BOUNDS.maxMs);
});

Deno.test("pump() starts from the shortest wait again after an answer", async () => {
  const { outbox, end, waitForRetry } = setUp();
  outbox.offer(1, "normal");
  for (const outcome of [FAILED, FAILED, FAILED]) {
    await end(outcome);
    await waitForRetry(60_000);
  }
  await end(ANSWERED);
  outbox.offer(2, "normal");
  await end(FAILED);
  assert.equal(await waitForRetry(60_000), 500);
});

Deno.test("offer() keeps the newer item when the one under way fails", async () => {
  const { outbox, sent, end, waitForRetry } = setUp();
  outbox.offer(1, "normal");
  outbox.offer(2, "normal");
  await end(FAILED);
  await waitForRetry(1_000);
  assert.deepEqual(sent, [1, 2]);
});

Deno.test("pump() sends an urgent item at once that came while a failing request was under way", async () => {
  const { outbox, sent, end, clock } = setUp();
  outbox.offer(1, "normal");
  outbox.offer(2, "urgent");
  await end(FAILED);
  outbox.pump();
  assert.deepEqual(sent, [1, 2]);
  outbox.offer(3, "urgent");
  await end(FAILED);
  outbox.pump();
  assert.deepEqual(sent, [1, 2], "at most once per second");
  await clock.advance(URGENT_SPACING_MS);
  outbox.pump();
  assert.deepEqual(sent, [1, 2, 3]);
});

Deno.test("offer() of an urgent item cuts a wait short, at most once per second", async () => {
  const { outbox, sent, end, clock } = setUp();
  outbox.offer(1, "normal");
  for (let failure = 0; failure < 6; failure++) {
    await end(FAILED);
    await clock.advance(15_000);
    outbox.pump();
  }
  await end(FAILED);
  outbox.offer(2, "normal");
  assert.equal(sent.at(-1), 1, "a normal item waits");
  outbox.offer(3, "urgent");
  assert.equal(sent.at(-1), 3);
  await end(FAILED);
  await clock.advance(URGENT_SPACING_MS - 1);
  outbox.offer(4, "urgent");
  assert.equal(sent.at(-1), 3);
  await clock.advance(1);
  outbox.offer(5, "urgent");
  assert.equal(sent.at(-1), 5);
});

Deno.test("pump() honours Retry-After up to a limit, also for urgent items", async () => {
  const { outbox, end, sent, waitForRetry } = setUp(0);
  outbox.offer(1, "normal");
  await end({ ...FAILED, retryAfterMs: 7_000 });
  outbox.offer(2, "urgent");
  assert.deepEqual(sent, [1]);
  assert.equal(await waitForRetry(60_000), 7_000);
  await end({ ...FAILED, retryAfterMs: 86_400_000 });
  assert.equal(await waitForRetry(120_000), RETRY_AFTER_MAX_MS);
});

Deno.test("pump() tries slowly after a refusal, and goes on trying", async () => {
  const { outbox, end, waitForRetry } = setUp(0);
  outbox.offer(1, "normal");
  await end(REFUSED);
  assert.equal(await waitForRetry(60_000), REFUSED_WAIT_MS / 2);
});

Deno.test("offer() takes a send that throws for a failure", async () => {
  const outcomes: SendOutcome<string>[] = [];
  const outbox = createOutbox<number, string>({
    clock: createFakeClock(),
    random: () => 0,
    send: () => Promise.reject(new Error("bug")),
    onOutcome: (outcome) => outcomes.push(outcome),
  });
  outbox.offer(1, "normal");
  await settle();
  assert.deepEqual(outcomes, [{ kind: "failed", problem: "bug" }]);
});

Deno.test("createOutbox() never has two requests under way and always ends with the newest item", async () => {
  const outcome = fc.constantFrom<SendOutcome<string>>(ANSWERED, FAILED, REFUSED, {
    ...FAILED,
    retryAfterMs: 3_000,
  });
  const step = fc.oneof(
    fc.record({ do: fc.constant("offer" as const), urgent: fc.boolean() }),
    fc.record({ do: fc.constant("end" as const), outcome }),
    fc.record({ do: fc.constant("tick" as const), elapsedMs: fc.nat(20_000) }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 40 }),
      fc.double({ min: 0, max: 0.99, noNaN: true }),
      async (steps, random) => {
        const world = setUp(random);
        let newest = 0;
        for (const move of steps) {
          if (move.do === "offer") world.outbox.offer(++newest, move.urgent ? "urgent" : "normal");
          else if (move.do === "end") await world.end(move.outcome);
          else {
            await world.clock.advance(move.elapsedMs);
            world.outbox.pump();
          }
          assert.ok(
            world.sent.every((item, index) => item >= (world.sent[index - 1] ?? 0)),
            "older after newer",
          );
        }
        while (world.sending() > 0) await world.end(ANSWERED);
        await world.clock.advance(RETRY_AFTER_MAX_MS);
        world.outbox.pump();
        assert.equal(world.sent.at(-1) ?? 0, newest);
        assert.ok(world.sendingMost() <= 1, "two requests at once");
        await world.end(ANSWERED);
      },
    ),
    { numRuns: 60 },
  );
});
