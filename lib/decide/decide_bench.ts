// Budget: 100 µs for a cluster of three instances with data and WAL volumes.

import {
  expansionEvent,
  gibibytes,
  governedBy,
  NOW_MS,
  policy,
  progressOf,
  view,
  volume,
} from "../testing/builders.ts";
import { forecastAt } from "../testing/forecasts.ts";
import { after, HOUR, millis, MINUTE, SECOND } from "../units/millis.ts";
import type { ClusterView } from "../view/cluster.ts";
import { decide, decideTrips } from "./decide.ts";

/** Finished operations that the history of a cluster holds. */
const HISTORY_LENGTH = 20;

/** As many as are kept of a cluster at the most. */
const HISTORY_LENGTH_MAX = 200;

const OPTIONS = { defaults: policy() };

function clusterAt(usedPercent: number, historyLength = HISTORY_LENGTH): ClusterView {
  const volumes = ["orders-1", "orders-2", "orders-3"].flatMap((instance) => [
    volume({ instance, holdsWal: false, usedPercent }),
    volume({ instance, role: "wal", usedPercent }),
  ]);
  const events = Array.from({ length: historyLength }, (_, index) => {
    const atMs = after(NOW_MS, -(historyLength - index + 1) * HOUR);
    const members = volumes.slice(0, 3).map((member) =>
      progressOf(member, { step: "Verified", requestedAtMs: atMs, finishedAtMs: atMs })
    );
    return expansionEvent(members, {
      name: `orders-expansion-${index}`,
      createdAtMs: atMs,
      expansion: { requestedBytes: gibibytes(10) },
      status: { phase: "Completed", completedAtMs: atMs, writeBack: { state: "done" } },
    });
  });
  return view({ volumes, events });
}

const healthy = clusterAt(50);
const triggered = clusterAt(87);
const experienced = clusterAt(87, HISTORY_LENGTH_MAX);
const foretold = foretoldIn(30 * MINUTE, healthy);
const calm = foretoldIn(30 * HOUR, healthy);

/** The same cluster with volumes that are full in so long, under a policy that judges by it. */
function foretoldIn(timeToFullMs: number, cluster: ClusterView): ClusterView {
  const volumes = cluster.volumes.map((member) => {
    const rate = gibibytes(5) * SECOND / timeToFullMs;
    return { ...member, forecast: forecastAt(member, { rate }), expansionTimeMs: MINUTE };
  });
  const thresholds = { timeToFullMs: millis(2 * HOUR) };
  return { ...cluster, volumes, governance: governedBy(policy({ thresholds })) };
}

Deno.bench("decide() about a healthy cluster", () => {
  decide(healthy, OPTIONS);
});

Deno.bench("decide() about a cluster of which every volume has to grow", () => {
  decide(triggered, OPTIONS);
});

Deno.bench("decide() about such a cluster of which as many events are kept as ever are", () => {
  decide(experienced, OPTIONS);
});

Deno.bench("decide() about a healthy cluster that is judged by its time to full", () => {
  decide(calm, OPTIONS);
});

Deno.bench("decide() about a cluster of which every volume is full too soon", () => {
  decide(foretold, OPTIONS);
});

Deno.bench("decideTrips() about a healthy cluster that is judged by its time to full", () => {
  decideTrips(calm, OPTIONS);
});
