/**
 * The decision about one cluster: the only place where the parts meet (DESIGN §3).
 *
 * @module
 */

import { breakerRecords } from "../breaker/breaker_records.ts";
import type { ResolvedPolicy } from "../policy/resolved.ts";
import { roleSettings } from "../policy/role_settings.ts";
import { nextTrip } from "../threshold/trips.ts";
import { earliest } from "../units/millis.ts";
import type { ClusterView } from "../view/cluster.ts";
import { advanceOperations, type OperationOptions } from "./advance_operations.ts";
import { alertsOf } from "./alerts.ts";
import { annotationActions } from "./annotations.ts";
import { blindAtMs } from "./blind.ts";
import { conditionsOf } from "./conditions.ts";
import { withEnds } from "./ending_operations.ts";
import { failureToldUntil } from "./failure_alerts.ts";
import { governanceOf } from "./governance.ts";
import { judge } from "./judge_volumes.ts";
import type { Action, Check, Plan, Trip } from "./plan.ts";
import { proposeExpansions } from "./propose_expansions.ts";
import { resetBreaker } from "./reset_breaker.ts";

/** What an installation decides once for all clusters. */
export interface DecideOptions extends OperationOptions {
  /** The chart's defaults, by which a cluster without a policy is judged. */
  readonly defaults: ResolvedPolicy;
}

/**
 * Decides about one cluster. Pure, synchronous and total: the same view gives the same plan, and every view
 * gives one.
 */
export function decide(view: ClusterView, options: DecideOptions): Plan {
  const governance = governanceOf(view, options.defaults);
  const judged = judge(view, governance.settings);
  const trace: Check[] = [...governance.trace];
  const actions: Action[] = [];

  const operations = advanceOperations(view, governance, judged, options);
  actions.push(...operations.actions);

  const proposal = proposeExpansions(withEnds(view, operations.actions), governance, judged);
  trace.push(...proposal.trace);
  actions.push(...proposal.actions, ...resetBreaker(view, governance.stance));
  actions.push(...breakerRecords(view, governance.stance, governance.settings.circuitBreaker));
  actions.push(...annotationActions(view, governance, proposal));

  const said = conditionsOf(view, governance, judged, proposal);
  const wakes = [governance, judged, operations, proposal, said].map(({ wakeAtMs }) => wakeAtMs);
  const wakeAtMs = [...wakes, blindAtMs(judged, view.nowMs), failureToldUntil(view)]
    .reduce(earliest, undefined);
  return {
    level: judged.level,
    volumes: judged.judgements,
    actions,
    alerts: alertsOf(view, governance, judged, proposal),
    conditions: said.conditions,
    ...(wakeAtMs === undefined ? {} : { wakeAtMs }),
    trace,
  };
}

/**
 * At what the agents of one cluster are to report at once. Apart from the rest, because every report is answered
 * with it. As pure and total as {@link decide}.
 */
export function decideTrips(
  view: ClusterView,
  { defaults }: Pick<DecideOptions, "defaults">,
): Trip[] {
  const { settings } = governanceOf(view, defaults);
  return view.volumes.flatMap((volume): Trip | Trip[] =>
    nextTrip(volume, roleSettings(settings, volume.role).thresholds) ?? []
  );
}
