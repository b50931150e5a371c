import assert from "node:assert/strict";
import { GIBIBYTE } from "../../../lib/units/bytes.ts";
import type { PrometheusSample } from "./answer.ts";
import { readSeries, seriesQueries } from "./volume_series.ts";

const PRESENT_MS = 1_700_000_000_000;
const VALUES = {
  capacityBytes: 10 * GIBIBYTE,
  usedBytes: 4 * GIBIBYTE,
  availableBytes: 6 * GIBIBYTE,
  inodes: 1_000,
  inodesFree: 900,
};

function series(
  values: Readonly<Record<string, number>> = VALUES,
  labels: Readonly<Record<string, string>> = {},
): PrometheusSample[] {
  return Object.entries(values).map(([name, value]) => ({
    labels: {
      __name__: metricOf(name),
      namespace: "shop",
      persistentvolumeclaim: "orders-1",
      ...labels,
    },
    atMs: PRESENT_MS,
    value,
  }));
}

/** Collected so many seconds ago. */
function collected(agoSeconds: number): PrometheusSample[] {
  return series({ availableBytes: PRESENT_MS / 1_000 - agoSeconds });
}

Deno.test("seriesQueries() asks for all clusters at once", () => {
  const namespaces = new Set(["shop", "blog"]);
  const matchers = 'cluster="prod",';
  assert.deepEqual(seriesQueries({ namespaceLabel: "exported_namespace", matchers, namespaces }), {
    values: '{__name__=~"kubelet_volume_stats_capacity_bytes|kubelet_volume_stats_used_bytes|' +
      "kubelet_volume_stats_available_bytes|kubelet_volume_stats_inodes|" +
      'kubelet_volume_stats_inodes_free",exported_namespace=~"blog|shop",cluster="prod"}',
    collected: "timestamp(kubelet_volume_stats_available_bytes" +
      '{exported_namespace=~"blog|shop",cluster="prod"})',
  });
});

Deno.test("seriesQueries() names no namespaces where there are too many", () => {
  const namespaces = new Set(Array.from({ length: 201 }, (_, index) => `n${index}`));
  const queries = seriesQueries({ namespaceLabel: "namespace", matchers: "", namespaces });
  assert.equal(queries.collected, "timestamp(kubelet_volume_stats_available_bytes{})");
});

Deno.test("readSeries() puts a claim together, as old as it may be", () => {
  const { claims, ambiguous } = readSeries(series(), collected(15), "namespace");
  assert.deepEqual([...claims], [["shop/orders-1", {
    ageMs: 135_000,
    sample: {
      totalBytes: 10 * GIBIBYTE,
      usedBytes: 4 * GIBIBYTE,
      availableBytes: 6 * GIBIBYTE,
      deviceBytes: 10 * GIBIBYTE,
      inodes: { total: 1_000, available: 900 },
    },
  }]]);
  assert.deepEqual(ambiguous, []);
});

const { usedBytes: _used, ...withoutUsed } = VALUES;
const UNKNOWN: readonly [string, PrometheusSample[], PrometheusSample[]][] = [
  ["with a value that is missing", series(withoutUsed), collected(0)],
  ["with a value that is no number", series({ ...VALUES, usedBytes: NaN }), collected(0)],
  ["with a capacity of zero", series({ ...VALUES, capacityBytes: 0 }), collected(0)],
  ["that nobody knows when it was collected", series(), []],
];

for (const [sentence, values, instants] of UNKNOWN) {
  Deno.test(`readSeries() leaves out a claim ${sentence}`, () => {
    assert.equal(readSeries(values, instants, "namespace").claims.size, 0);
  });
}

Deno.test("readSeries() chooses none of two claims of one name", () => {
  const twice = [...series(VALUES, { cluster: "prod" }), ...series(VALUES, { cluster: "test" })];
  const { claims, ambiguous } = readSeries(twice, collected(0), "namespace");
  assert.deepEqual([claims.size, ambiguous], [0, ["shop/orders-1"]]);
});

Deno.test("readSeries() goes on without inodes", () => {
  const values = series({ ...VALUES, inodes: Infinity });
  const found = readSeries(values, collected(0), "namespace").claims.get("shop/orders-1");
  assert.equal(found?.sample.inodes, undefined);
});

/** `usedBytes` is told as `kubelet_volume_stats_used_bytes`. */
function metricOf(name: string): string {
  return `kubelet_volume_stats_${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`;
}
