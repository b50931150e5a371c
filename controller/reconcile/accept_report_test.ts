import assert from "node:assert/strict";
import type { Trip } from "../../lib/decide/plan.ts";
import { gibibytes } from "../../lib/testing/builders.ts";
import { millis } from "../../lib/units/millis.ts";
import { reportOf } from "../testing/builders.ts";
import { createAcceptReport } from "./accept_report.ts";
import { view } from "./testing/plans.ts";

const REPORTER = {
  namespace: "shop",
  podName: "orders-1",
  podUid: "pod-uid",
  clusterName: "orders",
  instance: "orders-1",
};

const TRIPS: readonly Trip[] = [
  { instance: "orders-1", role: "data", availableBelowBytes: gibibytes(2) },
  { instance: "orders-2", role: "data", availableBelowBytes: gibibytes(3) },
  { instance: "orders-1", role: "wal", availableBelowBytes: gibibytes(1) },
];

function accept(
  trips: readonly Trip[],
  isKnown = true,
  wanting = "",
): { answer: unknown; told: string[] } {
  const told: string[] = [];
  const answer = createAcceptReport({
    observer: {
      takeReport: () => void told.push("take"),
      wantsHistory: (_view, instance) => wanting === instance,
      view(key): ReturnType<typeof view> | undefined {
        told.push(`view ${key}`);
        return isKnown ? view() : undefined;
      },
    },
    metrics: {
      reportReceived: ({ namespace, cluster }, instance) =>
        void told.push(`received ${namespace}/${cluster} ${instance}`),
    },
    decideTrips: () => trips,
    now: () => millis(0),
    reportIntervalMs: 30_000,
  })(REPORTER, reportOf([{}]));
  return { answer, told };
}

Deno.test("acceptReport() answers with the trips of the instance alone, decided with its report", () => {
  const { answer, told } = accept(TRIPS);
  assert.deepEqual(answer, {
    format: 1,
    trips: [
      { role: "data", availableBelowBytes: gibibytes(2) },
      { role: "wal", availableBelowBytes: gibibytes(1) },
    ],
    intervalMs: 30_000,
    wantHistory: false,
  });
  assert.deepEqual(told, ["take", "received shop/orders orders-1", "view shop/orders"]);
});

Deno.test("acceptReport() answers without trips where the cluster has just gone", () => {
  const { answer } = accept(TRIPS, false);
  assert.deepEqual(answer, { format: 1, trips: [], intervalMs: 30_000, wantHistory: false });
});

Deno.test("acceptReport() asks the agent of an instance whose past is not known for its hour", () => {
  for (const [instance, expected] of [["orders-1", true], ["orders-2", false]] as const) {
    const { answer } = accept(TRIPS, true, instance);
    assert.equal(Object.assign({ wantHistory: undefined }, answer).wantHistory, expected);
  }
  const { answer } = accept(TRIPS, false, "orders-1");
  assert.equal(Object.assign({ wantHistory: undefined }, answer).wantHistory, false);
});

Deno.test("acceptReport() gives no more trips than an answer may carry", () => {
  const trips = Array.from({ length: 70 }, (_, index): Trip => ({
    instance: "orders-1",
    role: `tbs:t${index}`,
    availableBelowBytes: gibibytes(1),
  }));
  const { answer } = accept(trips);
  assert.equal(Object.assign({ trips: [] }, answer).trips.length, 64);
});
