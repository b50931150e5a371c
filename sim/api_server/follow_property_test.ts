import assert from "node:assert/strict";

import fc from "fast-check";

import { createReflector } from "../../kube/reflector.ts";
import { createRecordingLogger } from "../../kube/testing/recording_logger.ts";
import type { Call, Fault } from "../faults/fault_plan.ts";
import { createSeededFaults, USUAL_FAULT_RATES } from "../faults/seeded_faults.ts";
import { createSeededRandom } from "../random/seeded_random.ts";
import { connectApi } from "./connect_api.ts";
import { labelsOf, metadataText } from "./metadata.ts";
import { createSmallServer, type SmallServer, TESTER, WIDGET } from "./testing/small_server.ts";

/** Longer than a deaf watch is believed, and the back-off after it; too short for a relist to mend it all. */
const CALM_MS = 200_000;

/** A world in which hardly a watch lasts. */
const RATES = { ...USUAL_FAULT_RATES, watchesCut: 0.75, watchesDeaf: 0.05, watchesExpired: 0.05 };

const STEP_MS = 10_000;

const name = fc.constantFrom("u", "v", "w", "x");
const labels = fc.record({ app: fc.constantFrom("db", "web"), size: fc.nat(3).map(String) });

const operation = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("write"), name, labels }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("delete"), name }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("compact") }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("wait"), steps: fc.integer({ min: 1, max: 2 }) }),
  },
);

interface Operation {
  readonly kind: string;
  readonly name?: string | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly steps?: number | undefined;
}

Deno.test("a client that lists and watches ends with what is stored, whatever breaks on the way", async () => {
  const operations = fc.array(operation, { maxLength: 50 });
  await fc.assert(
    fc.asyncProperty(
      fc.integer(),
      fc.boolean(),
      fc.boolean(),
      operations,
      async (seed, some, pages, run) => {
        await followThrough(seed, { labelSelector: some ? "app=db" : undefined, pages }, run);
      },
    ),
    { numRuns: 150 },
  );
});

interface Way {
  readonly labelSelector: string | undefined;
  /** Lists page by page instead of watching from the present state. */
  readonly pages: boolean;
}

async function followThrough(
  seed: number,
  { labelSelector, pages }: Way,
  operations: readonly Operation[],
): Promise<void> {
  const { server, clock } = createSmallServer();
  const random = createSeededRandom(seed);
  const plan = createSeededFaults(random.fork("faults"), RATES);
  let calls = 0;
  let calm = false;
  function faults(call: Call): Fault | undefined {
    if (pages && calls++ === 0) return { kind: "refused", code: 400, reason: "BadRequest" };
    return calm ? undefined : plan(call);
  }
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
  const selected = server.all(WIDGET).filter((object) =>
    labelSelector === undefined || labelsOf(object)["app"] === "db"
  );
  const expected = selected.map((object) =>
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
