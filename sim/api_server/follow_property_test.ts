import assert from "node:assert/strict";

import fc from "fast-check";

import { createReflector } from "../../kube/reflector.ts";
import { createRecordingLogger } from "../../kube/testing/recording_logger.ts";
import type { Fault } from "../faults/fault_plan.ts";
import { USUAL_FAULT_RATES } from "../faults/seeded_faults.ts";
import { createSeededFaults } from "../faults/seeded_faults.ts";
import { createSeededRandom } from "../random/seeded_random.ts";
import { connectApi } from "./connect_api.ts";
import { metadataText } from "./metadata.ts";
import { createSmallServer, type SmallServer, TESTER, WIDGET } from "./testing/small_server.ts";

/** Longer than a deaf watch is believed, and the back-off after it. */
const CALM_MS = 400_000;

const STEP_MS = 10_000;

const name = fc.constantFrom("u", "v", "w", "x");
const labels = fc.record({ app: fc.constantFrom("db", "web"), size: fc.nat(3).map(String) });

const operation = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("write"), name, labels }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("delete"), name }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("compact") }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("wait"), steps: fc.integer({ min: 1, max: 20 }) }),
  },
);

interface Operation {
  readonly kind: string;
  readonly name?: string | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly steps?: number | undefined;
}

Deno.test("a client that lists and watches ends with what is stored, whatever breaks on the way", async () => {
  const operations = fc.array(operation, { maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(fc.integer(), fc.boolean(), operations, async (seed, selective, run) => {
      await followThrough(seed, selective ? "app=db" : undefined, run);
    }),
    { numRuns: 60 },
  );
});

async function followThrough(
  seed: number,
  labelSelector: string | undefined,
  operations: readonly Operation[],
): Promise<void> {
  const { server, clock } = createSmallServer();
  const random = createSeededRandom(seed);
  const plan = createSeededFaults(random.fork("faults"), USUAL_FAULT_RATES);
  let calm = false;
  const faults = (...call: Parameters<typeof plan>): Fault | undefined =>
    calm ? undefined : plan(...call);
  const api = connectApi(server, { user: "client", clock, faults });
  const reflector = createReflector<string>({
    api,
    resource: WIDGET,
    selection: { labelSelector },
    project: (object) => metadataText(object, "name") + metadataText(object, "resourceVersion"),
    onChange: () => {},
    clock,
    random: random.fork("client"),
    log: createRecordingLogger(),
  });
  const stopping = new AbortController();
  const running = reflector.run(stopping.signal);
  for (const each of operations) await perform({ server, clock }, each);
  calm = true;
  await wait({ server, clock }, CALM_MS / STEP_MS);
  const { items } = server.list(WIDGET, { labelSelector }, TESTER);
  const expected = items.map((object) =>
    metadataText(object, "name") + metadataText(object, "resourceVersion")
  );
  assert.deepEqual([...reflector.list()].sort(), expected);
  assert.ok(reflector.state().synced);
  stopping.abort();
  await running;
}

async function perform(small: SmallServer, operation: Operation): Promise<void> {
  const { server } = small;
  const address = { namespace: "a", name: operation.name ?? "" };
  const exists = server.find(WIDGET, address) !== undefined;
  switch (operation.kind) {
    case "write": {
      const body = { metadata: { name: address.name, labels: operation.labels } };
      if (exists) server.patch(WIDGET, address, { type: "merge", body }, TESTER);
      else server.create(WIDGET, body, { ...TESTER, namespace: "a" });
      return;
    }
    case "delete":
      if (exists) server.delete(WIDGET, address, TESTER);
      return;
    case "compact":
      return server.compact();
    default:
      return await wait(small, operation.steps ?? 0);
  }
}

async function wait({ server, clock }: SmallServer, steps: number): Promise<void> {
  for (let step = 0; step < steps; step++) {
    await clock.advance(STEP_MS);
    server.step(clock.now());
  }
}
