import { deepEqual, equal, ok } from "node:assert/strict";
import type { Action } from "../decide/plan.ts";
import type { Event } from "../event/event.ts";
import {
  expansionEvent,
  failureEvent,
  NOW_MS,
  policy,
  progressOf,
  view,
  volume,
} from "../testing/builders.ts";
import { after, HOUR, type Millis, MINUTE } from "../units/millis.ts";
import type { ClusterView } from "../view/cluster.ts";
import { breakerRecords } from "./breaker_records.ts";

const VOLUME = volume();
const SETTINGS = policy().settings.circuitBreaker;
const FAILED = [3, 2, 1].map((minutes) => failureEvent(VOLUME, minutesAgo(minutes)));

function minutesAgo(minutes: number): Millis {
  return after(NOW_MS, -minutes * MINUTE);
}

function records(fields: Partial<ClusterView>, settings = SETTINGS): Action[] {
  return breakerRecords(view({ volumes: [VOLUME], ...fields }), "acts", settings);
}

function opened(actions: readonly Action[]): Event[] {
  return actions.flatMap((action) =>
    action.kind !== "open-event" ? [] : {
      ...action.draft,
      name: "orders-breaker",
      uid: "event-orders-breaker",
      resourceVersion: "1",
      createdAtMs: NOW_MS,
    }
  );
}

Deno.test("breakerRecords() records a breaker once when it opens, with its failures", () => {
  equal(records({ events: FAILED.slice(0, 2) }).length, 0);
  const [record] = opened(records({ events: FAILED }));
  deepEqual(record?.status.breaker, {
    failures: 3,
    halfOpenAtMs: after(minutesAgo(1), SETTINGS.resetMs),
  });
  deepEqual(record?.breaker, {
    scope: "volume",
    instance: "orders-1",
    role: "data",
    claimUid: "claim-orders-1",
  });
  const events = [...FAILED, ...record === undefined ? [] : [record]];
  deepEqual(records({ events }), []);
  deepEqual(records({ events, nowMs: after(NOW_MS, HOUR) }), [], "half-open");
});

/** What becomes of the record of a breaker that had opened. */
function outcome(fields: Partial<ClusterView>): unknown {
  const events = [...FAILED, ...opened(records({ events: FAILED })), ...fields.events ?? []];
  return records({ ...fields, events }).map((action) =>
    action.kind === "record-status"
      ? [action.status.phase, action.status.breaker?.failures, action.status.conditions[0]?.reason]
      : action.kind
  );
}

const LATER_MS = after(NOW_MS, 1);

Deno.test("breakerRecords() follows a failure of the try beyond the breaker", () => {
  deepEqual(outcome({ events: [failureEvent(VOLUME, LATER_MS)] }), [["InProgress", 4, undefined]]);
});

Deno.test("breakerRecords() ends a record when the breaker closes", () => {
  const grown = expansionEvent([progressOf(VOLUME, { step: "Verified", finishedAtMs: LATER_MS })]);
  deepEqual(outcome({ events: [grown] }), [["Completed", 3, "BreakerClosed"]]);
  deepEqual(outcome({ volumes: [] }), [["Completed", 3, "BreakerClosed"]]);
});

Deno.test("breakerRecords() says that a user closed the breaker", () => {
  const { expansion: _expansion, ...reset } = expansionEvent([], {
    eventType: "circuit-breaker",
    reason: "BreakerReset",
    status: { phase: "Completed" },
  });
  deepEqual(outcome({ events: [reset] }), [["Completed", 3, "BreakerReset"]]);
});

Deno.test("breakerRecords() says that nobody manages the cluster any more", () => {
  const events = [...FAILED, ...opened(records({ events: FAILED }))];
  const seen = view({ volumes: [VOLUME], events, governance: { kind: "none" } });
  const [end] = breakerRecords(seen, "observes", SETTINGS);
  ok(end?.kind === "record-status");
  equal(end.status.conditions[0]?.reason, "NoPolicy");
});

Deno.test("breakerRecords() records nothing in a dry run, of who is not managed, or on its way out", () => {
  const seen = view({ volumes: [VOLUME], events: FAILED });
  deepEqual(breakerRecords(seen, "records", SETTINGS), []);
  deepEqual(breakerRecords(seen, "observes", SETTINGS), []);
  deepEqual(breakerRecords({ ...seen, deleting: true }, "acts", SETTINGS), []);
});

Deno.test("breakerRecords() records a shared breaker at the cluster that failed last, and there alone", () => {
  const settings = { ...SETTINGS, scope: "global" } as const;
  const failure = failureEvent(VOLUME, minutesAgo(1), { uid: "last" });
  const shared = (lastEventUid: string): ClusterView["sharedFailures"] => ({
    count: 3,
    lastAtMs: minutesAgo(1),
    lastEventUid,
  });
  const mine = records({ events: [failure], sharedFailures: shared("last") }, settings);
  deepEqual(opened(mine).map(({ breaker }) => breaker), [{ scope: "global" }]);
  deepEqual(records({ events: [failure], sharedFailures: shared("other") }, settings), []);
  const events = [failure, ...opened(mine)];
  deepEqual(records({ events, sharedFailures: shared("other") }, settings), []);
  const closed = records({ events, sharedFailures: { count: 0 } }, settings);
  deepEqual(closed.map(({ kind }) => kind), ["record-status"]);
});
