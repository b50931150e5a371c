import assert from "node:assert/strict";
import { createDenoTransport } from "../../../kube/deno_transport.ts";
import { createFakeClock, type FakeClock } from "../../../kube/testing/fake_clock.ts";
import { until } from "../../../kube/testing/until.ts";
import { GIBIBYTE } from "../../../lib/units/bytes.ts";
import type { SourceTarget } from "../../observe/source_targets.ts";
import {
  createFakeMeasuring,
  type FakeMeasuring,
  sourceTarget,
} from "../testing/fake_measuring.ts";
import { createPrometheusClient, type PrometheusClient } from "./client.ts";
import { createHeadersReader } from "./headers_file.ts";
import { createPrometheusSource } from "./prometheus_source.ts";

const INTERVAL_MS = 30_000;
const PRESENT_S = 1_700_000_000;

interface Asked {
  readonly path: string;
  readonly form: Readonly<Record<string, string>>;
  readonly authorization: string | null;
}

interface Rig extends AsyncDisposable {
  readonly clock: FakeClock;
  readonly measuring: FakeMeasuring;
  readonly asked: Asked[];
  readonly client: PrometheusClient;
  answer(asked: Asked): Response | Promise<Response>;
  ask(targets?: readonly SourceTarget[]): Promise<void>;
}

function startRig(): Rig {
  const clock = createFakeClock();
  const measuring = createFakeMeasuring();
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen(): void {} },
    async (request) => {
      const asked: Asked = {
        path: new URL(request.url).pathname,
        form: Object.fromEntries(new URLSearchParams(await request.text())),
        authorization: request.headers.get("authorization"),
      };
      rig.asked.push(asked);
      return await rig.answer(asked);
    },
  );
  const address = `http://127.0.0.1:${server.addr.port}/prometheus/`;
  const readTextFile = (): Promise<string> => Promise.resolve("Authorization: Bearer secret");
  const transport = createDenoTransport({ server: address, token: { kind: "none" } }, {
    clock,
    readTextFile,
  });
  const readHeaders = createHeadersReader("/headers", { clock, readTextFile });
  const client = createPrometheusClient({ transport, clock, address, readHeaders });
  const askPrometheus = createPrometheusSource({
    client,
    address,
    namespaceLabel: "namespace",
    matchers: "",
    observer: measuring,
    intervalMs: INTERVAL_MS,
    clock,
  });
  const rig: Rig = {
    clock,
    measuring,
    asked: [],
    client,
    answer: ({ form }) => vector(form["query"] ?? ""),
    ask: (targets = [sourceTarget()]) => askPrometheus(targets, new AbortController().signal),
    async [Symbol.asyncDispose](): Promise<void> {
      transport.close();
      await server.shutdown();
    },
  };
  return rig;
}

/** What Prometheus would answer: one claim, collected ten seconds ago. */
function vector(query: string): Response {
  const labels = { namespace: "shop", persistentvolumeclaim: "orders-1" };
  const values = { capacity: 10 * GIBIBYTE, used: 4 * GIBIBYTE, available: 6 * GIBIBYTE };
  const result = query.startsWith("timestamp(")
    ? [{ metric: labels, value: [PRESENT_S, String(PRESENT_S - 10)] }]
    : Object.entries(values).map(([name, value]) => ({
      metric: { __name__: `kubelet_volume_stats_${name}_bytes`, ...labels },
      value: [PRESENT_S, String(value)],
    }));
  return Response.json({ status: "success", data: { resultType: "vector", result } });
}

function problemsOf({ measuring }: Rig): readonly string[] {
  return [...measuring.problems.values()].map(({ reason, message }) => `${reason} ${message}`);
}

Deno.test("Prometheus is asked twice for everybody, with its secret headers", async () => {
  await using rig = startRig();
  await rig.clock.advance(1_000_000);
  const wal = sourceTarget({ claimName: "orders-1-wal", role: "wal" });
  await rig.ask([sourceTarget(), wal, sourceTarget({ namespace: "blog" })]);
  assert.deepEqual(rig.asked.map(({ path }) => path), [
    "/prometheus/api/v1/query",
    "/prometheus/api/v1/query",
  ]);
  assert.ok(rig.asked.every(({ authorization }) => authorization === "Bearer secret"));
  assert.match(rig.asked[0]?.form["query"] ?? "", /^timestamp\(.*namespace=~"blog\|shop"/);
  const [volume, ...others] = rig.measuring.taken;
  assert.deepEqual([volume?.target, others], [sourceTarget(), []]);
  assert.equal(volume?.taken.takenAtMs, 1_000_000 - 10_000 - 120_000);
});

Deno.test("what may have been measured before the pod ran is not taken", async () => {
  await using rig = startRig();
  await rig.clock.advance(1_000_000);
  await rig.ask([sourceTarget({ runningSinceMs: 1_000_000 - 130_000 + 1 })]);
  assert.deepEqual(rig.measuring.taken, []);
});

Deno.test("nobody is asked where there is no volume", async () => {
  await using rig = startRig();
  await rig.ask([]);
  assert.deepEqual(rig.asked, []);
});

const FAILURES: readonly [string, () => Response, RegExp][] = [
  ["an error", () =>
    Response.json({ status: "error", errorType: "bad_data", error: "no such" }, {
      status: 400,
    }), /400: bad_data: no such/],
  ["a log-in page", () => new Response("<html>", { status: 401 }), /found the answer 401/],
  ["another result", () =>
    Response.json({
      status: "success",
      data: { resultType: "scalar", result: [0, "1"] },
    }), /expected a result/],
  ["too much", () => new Response(new Uint8Array(16 * 1_024 ** 2 + 1)), /at most 16777216 bytes/],
];

for (const [sentence, answer, expected] of FAILURES) {
  Deno.test(`a Prometheus that answers with ${sentence} twice is told of until it answers well`, async () => {
    await using rig = startRig();
    rig.answer = answer;
    await rig.ask();
    assert.deepEqual(problemsOf(rig), []);
    await rig.clock.advance(INTERVAL_MS);
    await rig.ask();
    const [problem = "", ...others] = problemsOf(rig);
    assert.deepEqual(others, []);
    assert.match(problem, /^PrometheusUnreachable http:\/\/127/);
    assert.match(problem, expected);
    assert.doesNotMatch(problem, /secret/);
    rig.answer = ({ form }) => vector(form["query"] ?? "");
    await rig.clock.advance(2 * INTERVAL_MS);
    await rig.ask();
    assert.deepEqual(problemsOf(rig), []);
  });
}

Deno.test("a Prometheus that hangs is given up after twenty seconds", async () => {
  await using rig = startRig();
  const hanging = Promise.withResolvers<void>();
  rig.answer = async () => {
    await hanging.promise;
    return new Response();
  };
  const asking = assert.rejects(
    rig.client.query("up", new AbortController().signal),
    /expected an answer within 20000 ms/,
  );
  await until(() => rig.asked.length === 1, "it was asked");
  await rig.clock.advance(20_000);
  await asking;
  hanging.resolve();
});

Deno.test("queryRange() asks for each step of a stretch of time", async () => {
  await using rig = startRig();
  rig.answer = () =>
    Response.json({
      status: "success",
      data: {
        resultType: "matrix",
        result: [{ metric: { a: "b" }, values: [[10, "1.5"], [40.5, "+Inf"]] }],
      },
    });
  const span = { startMs: 10_000, endMs: 40_500, stepMs: 30_500 };
  const series = await rig.client.queryRange("up", span, new AbortController().signal);
  assert.deepEqual(rig.asked.map(({ path, form }) => [path, form]), [[
    "/prometheus/api/v1/query_range",
    { query: "up", start: "10", end: "40.5", step: "30.5" },
  ]]);
  assert.deepEqual(series, [{
    labels: { a: "b" },
    points: [{ atMs: 10_000, value: 1.5 }, { atMs: 40_500, value: Infinity }],
  }]);
});
