/**
 * What happens to a report that was let in: it is observed, and answered with the next trips.
 *
 * @module
 */

import type { Trip } from "../../lib/decide/plan.ts";
import {
  REPORT_FORMAT,
  REPORT_VOLUMES_MAX,
  type ReportAnswer,
  type ReportTrip,
} from "../../lib/report/report.ts";
import type { Millis } from "../../lib/units/millis.ts";
import type { ClusterView } from "../../lib/view/cluster.ts";
import { objectKey } from "../../lib/view/object_key.ts";
import type { AcceptReport } from "../ingest/ports.ts";
import type { Observer } from "../observe/observer.ts";
import type { Metrics } from "../serve/metrics.ts";

/** What accepting reports needs. */
export interface AcceptReportDependencies {
  readonly observer: Pick<Observer, "takeReport" | "view" | "wantsHistory">;
  readonly metrics: Pick<Metrics, "reportReceived">;
  readonly decideTrips: (view: ClusterView) => readonly Trip[];
  readonly now: () => Millis;
  /** Interval at which agents report while nothing happens. */
  readonly reportIntervalMs: number;
}

/**
 * Creates the handler of accepted reports.
 *
 * The trips are decided with the report already in the view: an answer with the trip that was just crossed
 * would make the agent repeat itself.
 */
export function createAcceptReport(dependencies: AcceptReportDependencies): AcceptReport {
  const { observer, metrics, decideTrips, now, reportIntervalMs } = dependencies;
  return function acceptReport(reporter, report): ReportAnswer {
    const { namespace, clusterName: cluster, instance } = reporter;
    observer.takeReport(reporter, report);
    metrics.reportReceived({ namespace, cluster }, instance);
    const view = observer.view(objectKey({ namespace, name: cluster }), now());
    return {
      format: REPORT_FORMAT,
      trips: view === undefined ? [] : tripsOf(instance, decideTrips(view)),
      intervalMs: reportIntervalMs,
      wantHistory: view !== undefined && observer.wantsHistory(view, instance),
    };
  };
}

function tripsOf(instance: string, trips: readonly Trip[]): ReportTrip[] {
  return trips
    .filter((trip) => trip.instance === instance)
    .map(({ role, availableBelowBytes }) => ({ role, availableBelowBytes }))
    .slice(0, REPORT_VOLUMES_MAX);
}
