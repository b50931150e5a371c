import assert from "node:assert/strict";
import { createDenoTransport } from "../../../kube/deno_transport.ts";
import { createFakeClock, type FakeClock } from "../../../kube/testing/fake_clock.ts";
import type { SourceTarget } from "../../observe/source_targets.ts";
import {
  createFakeMeasuring,
  type FakeMeasuring,
  sourceTarget,
} from "../testing/fake_measuring.ts";
import { createInstanceMetricsSource } from "./instance_metrics_source.ts";

const INTERVAL_MS = 30_000;
const TEXT = 'cnpg_collector_pg_wal{value="count"} 3\ncnpg_collector_pg_wal{value="size"} 48\n';

interface Rig extends AsyncDisposable {
  readonly clock: FakeClock;
  readonly measuring: FakeMeasuring;
  readonly asked: string[];
  answer(): Response;
  ask(...targets: readonly SourceTarget[]): Promise<void>;
}

function startRig(): Rig {
  const clock = createFakeClock();
  const measuring = createFakeMeasuring();
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen(): void {} }, (request) => {
    rig.asked.push(new URL(request.url).pathname);
    return rig.answer();
  });
  const transport = createDenoTransport({ server: "", token: { kind: "none" } }, {
    clock,
    readTextFile: () => Promise.reject(new Error("not to be read")),
  });
  const askInstances = createInstanceMetricsSource({
    transport,
    clock,
    observer: measuring,
    intervalMs: INTERVAL_MS,
    port: server.addr.port,
  });
  const rig: Rig = {
    clock,
    measuring,
    asked: [],
    answer: () => new Response(TEXT),
    ask: (...targets) => askInstances(targets, new AbortController().signal),
    async [Symbol.asyncDispose](): Promise<void> {
      transport.close();
      await server.shutdown();
    },
  };
  return rig;
}

function target(overrides: Partial<SourceTarget> = {}): SourceTarget {
  return sourceTarget({ podAddress: "127.0.0.1", ...overrides });
}

function problemsOf({ measuring }: Rig): readonly string[] {
  return [...measuring.problems].map(([subject, { reason, message }]) =>
    `${subject} ${reason} ${message}`
  );
}

Deno.test("an instance whose WAL nobody counts is asked for its metrics", async () => {
  await using rig = startRig();
  await rig.clock.advance(1_000);
  await rig.ask(target());
  assert.deepEqual(rig.asked, ["/metrics"]);
  assert.deepEqual([...rig.measuring.walDirectories], [["orders-1-pod-uid", {
    directory: { files: 3, sizeBytes: 48, readyFiles: undefined, archivingLagMs: undefined },
    takenAtMs: 1_000,
  }]]);
});

Deno.test("no instance is asked whose agent is heard, or of a volume without pg_wal", async () => {
  await using rig = startRig();
  await rig.ask(target({ isUnheard: false }), target({ holdsWal: false }));
  assert.deepEqual(rig.asked, []);
});

Deno.test("an instance that tells nothing is no trouble", async () => {
  await using rig = startRig();
  rig.answer = () => new Response("cnpg_collector_up 0\n");
  await rig.ask(target());
  assert.deepEqual([problemsOf(rig), rig.measuring.walDirectories.size], [[], 0]);
});

const TROUBLES: readonly [string, () => Response, Partial<SourceTarget>, RegExp][] = [
  ["that fails", () => new Response("", { status: 500 }), {}, /found the answer 500/],
  ["that says too much", () => new Response(new Uint8Array(2 ** 21 + 1)), {}, /at most 2097152/],
  ["with TLS", () => new Response(TEXT), { metricsTls: true }, /served with TLS/],
  ["without an address", () => new Response(TEXT), { podAddress: undefined }, /have an address/],
];

for (const [sentence, answer, overrides, expected] of TROUBLES) {
  Deno.test(`an instance ${sentence} is told of when it happens again`, async () => {
    await using rig = startRig();
    rig.answer = answer;
    await rig.ask(target(overrides));
    assert.deepEqual(problemsOf(rig), []);
    await rig.clock.advance(INTERVAL_MS);
    await rig.ask(target(overrides));
    const [problem = ""] = problemsOf(rig);
    assert.match(
      problem,
      /^instance-metrics\/orders-1-pod-uid InstanceMetricsUnreachable .*orders-1/,
    );
    assert.match(problem, expected);
    assert.equal(rig.measuring.walDirectories.size, 0);
    rig.answer = () => new Response(TEXT);
    await rig.clock.advance(2 * INTERVAL_MS);
    await rig.ask(target());
    assert.deepEqual(problemsOf(rig), []);
  });
}
