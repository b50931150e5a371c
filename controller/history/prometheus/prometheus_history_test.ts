import assert from "node:assert/strict";
import { createFakeClock } from "../../../kube/testing/fake_clock.ts";
import { DAY, HOUR, MINUTE } from "../../../lib/units/millis.ts";
import type { PrometheusClient } from "../../sources/prometheus/client.ts";
import type { History, PastVolume } from "../history.ts";
import {
  type MatrixSeries,
  type PrometheusServer,
  type RangeQuery,
  startPrometheus,
} from "../testing/prometheus_server.ts";
import { pastRecord, VOLUME } from "../testing/records.ts";
import type { SeriesSelection } from "./expressions.ts";
import { createPrometheusHistory } from "./prometheus_history.ts";

const NOW_MS = 400_000 * HOUR;
const NEVER = new AbortController().signal;
const OTHER: PastVolume = { claimUid: "other", namespace: "test", claimName: "pg.eu-1" };
const UNKNOWN: PastVolume = { claimUid: "unknown", namespace: "prod", claimName: "new" };

const SELECTION: SeriesSelection = { namespaceLabel: "namespace", matchers: "" };

function historyOf(
  { client }: Pick<PrometheusServer, "client">,
  selection = SELECTION,
  clock = createFakeClock(NOW_MS),
): History {
  return createPrometheusHistory({ prometheus: client, clock, ...selection });
}

/** The series of {@link VOLUME} with the values at these times, in hours from now. */
function series(...values: readonly (readonly [hours: number, value: string])[]): MatrixSeries {
  return {
    metric: { namespace: VOLUME.namespace, persistentvolumeclaim: VOLUME.claimName },
    values: values.map(([hours, value]) => [(NOW_MS + hours * HOUR) / 1_000, value]),
  };
}

/** Answers of a Prometheus that has known the volume for two days, with a gap. */
function answer({ expression }: RangeQuery): readonly MatrixSeries[] {
  const [, overTime] = /^(\w+)_over_time/.exec(expression) ?? [];
  switch (overTime) {
    case "min":
      return [series([-30, "5"], [-29, "NaN"], [-24, "7"])];
    case "max":
      return [series([-30, "9"], [-29, "NaN"], [-24, "8"])];
    case "last":
      return [series([-30, "6"], [-29, "NaN"], [-24, "8"])];
    case "count":
      return [series([-30, "30"], [-29, "0"], [-24, "12"])];
    default:
      return [series([-2, "10"], [-1.5, "NaN"], [-1, "1.2e+01"], [0, "-5"])];
  }
}

Deno.test("createPrometheusHistory() reads a day of samples and a week of hours", async () => {
  await using server = startPrometheus(answer);
  const history = historyOf(server);
  const pasts = await history.read([VOLUME, UNKNOWN], NEVER);
  assert.deepEqual([...pasts], [[VOLUME.claimUid, {
    samples: [
      { ageMs: 2 * HOUR, sample: { kind: "known", usedBytes: 10, basis: "blocks" } },
      { ageMs: HOUR, sample: { kind: "known", usedBytes: 12, basis: "blocks" } },
    ],
    aggregates: [
      {
        ageMs: 30 * HOUR,
        aggregate: { minBytes: 5, maxBytes: 9, lastBytes: 6, count: 30, basis: "blocks" },
      },
      {
        ageMs: 24 * HOUR,
        aggregate: { minBytes: 7, maxBytes: 8, lastBytes: 8, count: 12, basis: "blocks" },
      },
    ],
  }]]);
  assert.deepEqual(history.state(), { kind: "kept" });
});

Deno.test("createPrometheusHistory() asks for few points of the claims alone", async () => {
  await using server = startPrometheus(answer);
  const history = historyOf(server);
  await history.read([VOLUME, UNKNOWN, OTHER], NEVER);
  const [samples, ...hourly] = server.queries;
  const used = "(max by (namespace, persistentvolumeclaim) (kubelet_volume_stats_capacity_bytes" +
    '{namespace="prod",persistentvolumeclaim=~"claim-first|new"}) - ' +
    "max by (namespace, persistentvolumeclaim) (kubelet_volume_stats_available_bytes" +
    '{namespace="prod",persistentvolumeclaim=~"claim-first|new"}) unless ' +
    "count by (namespace, persistentvolumeclaim) (kubelet_volume_stats_available_bytes" +
    '{namespace="prod",persistentvolumeclaim=~"claim-first|new"}) > 1)';
  assert.equal(samples?.expression.split(" or ")[0], used);
  assert.match(samples.expression, /namespace="test",persistentvolumeclaim=~"pg\\\\\.eu-1"/);
  assert.equal(samples.endSeconds * 1_000, NOW_MS);
  assert.equal((samples.endSeconds - samples.startSeconds) * 1_000, DAY);
  assert.equal(samples.stepSeconds, 120);
  assert.equal(hourly.length, 4);
  for (const { expression, startSeconds, endSeconds, stepSeconds } of hourly) {
    assert.ok(expression.endsWith(`_over_time((${samples.expression})[1h:2m])`));
    assert.equal(NOW_MS - endSeconds * 1_000, DAY);
    // The hour that ends there began seven days ago.
    assert.equal(NOW_MS - startSeconds * 1_000, 7 * DAY - HOUR);
    assert.equal(stepSeconds, 3_600);
  }
});

Deno.test("createPrometheusHistory() says that Prometheus does not answer, and asks again after a minute", async () => {
  let isUp = false;
  await using server = startPrometheus((query) => isUp ? answer(query) : undefined);
  const clock = createFakeClock(NOW_MS);
  const history = historyOf(server, SELECTION, clock);
  await assert.rejects(history.read([VOLUME], NEVER), /503/);
  assert.deepEqual(history.state(), {
    kind: "unavailable",
    message: "Cannot query Prometheus: expected a result, found the answer 503: timeout: slow",
  });
  isUp = true;
  await clock.advance(MINUTE - 1);
  await assert.rejects(history.read([OTHER], NEVER), /503/);
  assert.equal(server.queries.length, 1);
  await clock.advance(1);
  await history.read([VOLUME], NEVER);
  assert.deepEqual(history.state(), { kind: "kept" });
});

Deno.test("createPrometheusHistory() waits for eight seconds, and for those who follow not again", async () => {
  const clock = createFakeClock(NOW_MS);
  const hanging: Pick<PrometheusClient, "queryRange"> = {
    queryRange: (_expression, _span, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      }),
  };
  const history = historyOf({ client: hanging }, SELECTION, clock);
  const late = assert.rejects(
    history.read([VOLUME], NEVER),
    /expected an answer within 8 s, found none/,
  );
  await clock.advance(8_000);
  await late;
  assert.equal(history.state().kind, "unavailable");
  await assert.rejects(history.read([OTHER], NEVER), /expected an answer within 8 s/);
  assert.deepEqual(clock.sleepers(), []);
});

Deno.test("createPrometheusHistory() of a reader that has gone blames nobody", async () => {
  const leaving = new AbortController();
  const hanging: Pick<PrometheusClient, "queryRange"> = {
    queryRange(): ReturnType<PrometheusClient["queryRange"]> {
      leaving.abort(new Error("nobody waits any more"));
      return Promise.reject(leaving.signal.reason);
    },
  };
  const history = historyOf({ client: hanging });
  await assert.rejects(history.read([VOLUME], leaving.signal), /nobody waits/);
  assert.deepEqual(history.state(), { kind: "kept" });
});

Deno.test("createPrometheusHistory() writes nothing, and asks nothing about nothing", async () => {
  await using server = startPrometheus(answer);
  const history = historyOf(server);
  history.record(pastRecord({}));
  history.forget(VOLUME.claimUid);
  assert.equal((await history.read([], NEVER)).size, 0);
  await history.close(1);
  assert.deepEqual(server.queries, []);
});

Deno.test("createPrometheusHistory() selects series as the source does", async () => {
  await using server = startPrometheus(() => [{
    metric: { exported_namespace: VOLUME.namespace, persistentvolumeclaim: VOLUME.claimName },
    values: [[NOW_MS / 1_000, "7"]],
  }]);
  const selection = { namespaceLabel: "exported_namespace", matchers: 'cluster="one",' };
  const pasts = await historyOf(server, selection).read([VOLUME], NEVER);
  assert.equal(pasts.get(VOLUME.claimUid)?.samples.length, 1);
  assert.match(
    server.queries[0]?.expression ?? "",
    /\{exported_namespace="prod",persistentvolumeclaim=~"claim-first",cluster="one"\}/,
  );
});
