// What is decided about a volume that is going to be full too soon.

import assert from "node:assert/strict";

import type { Event } from "../event/event.ts";
import { ANNOTATION } from "../policy/annotation_keys.ts";
import {
  expansionEvent,
  gibibytes,
  governedBy,
  NOW_MS,
  policy,
  progressOf,
  view,
  volume,
  type VolumeFields,
} from "../testing/builders.ts";
import { forecastAt } from "../testing/forecasts.ts";
import { GIBIBYTE } from "../units/bytes.ts";
import { after, HOUR, millis, MINUTE, SECOND } from "../units/millis.ts";
import type { ClusterView } from "../view/cluster.ts";
import type { Volume } from "../view/volume.ts";
import { decide } from "./decide.ts";
import type { OpenEvent, Plan } from "./plan.ts";

const POLICY = policy({ thresholds: { timeToFullMs: millis(2 * HOUR) } });

/** Half full, and full in `timeToFullMs`. */
function filling(timeToFullMs: number, fields: VolumeFields = {}): Volume {
  const of = volume(fields);
  const rate = 5 * GIBIBYTE * SECOND / timeToFullMs;
  return { ...of, forecast: forecastAt(of, { rate }) };
}

function planOf(volumes: readonly Volume[], overrides: Partial<ClusterView> = {}): Plan {
  return decide(view({ volumes, governance: governedBy(POLICY), ...overrides }), {
    defaults: policy(),
  });
}

function opened({ actions }: Plan): OpenEvent["draft"] | undefined {
  const found = actions.find(({ kind }) => kind === "open-event");
  return found?.kind === "open-event" ? found.draft : undefined;
}

function reasonWritten({ actions }: Plan): string | null | undefined {
  const found = actions.find(({ kind }) => kind === "annotate");
  return found?.kind === "annotate" ? found.annotations[ANNOTATION.expansionReason] : undefined;
}

function grownAgo(of: Volume, agoMs: number): Event {
  const atMs = after(NOW_MS, -agoMs);
  const member = progressOf(of, { step: "Verified", requestedAtMs: atMs, finishedAtMs: atMs });
  return expansionEvent([member], {
    createdAtMs: atMs,
    status: { phase: "Completed", completedAtMs: atMs, writeBack: { state: "done" } },
  });
}

Deno.test("decide() grows a half empty volume that is full too soon, and says so", () => {
  const plan = planOf([filling(90 * MINUTE)]);
  const draft = opened(plan);
  assert.equal(draft?.reason, "TimeToFullShort");
  assert.equal(draft?.trigger, "threshold-breach");
  assert.match(
    draft?.message ?? "",
    /^orders-1\/data: Going to be full in 1 h 30 min at 3\.3 GiB\/h/,
  );
  assert.equal(reasonWritten(plan), "time-to-full-2h");
  const [alert] = plan.alerts;
  assert.deepEqual([alert?.reason, alert?.severity], ["TimeToFullShort", "critical"]);
  assert.match(alert?.message ?? "", /full in 1 h 30 min/);
});

Deno.test("decide() grows it so far that it is full no sooner than in twice the time", () => {
  const draft = opened(planOf([filling(30 * MINUTE)]));
  // 10 GiB/h for four hours, of which five are free.
  assert.equal(draft?.expansion?.requestedBytes, gibibytes(10 + 40 - 5));
});

Deno.test("decide() lets a volume alone that is full late enough, or of which nobody knows", () => {
  for (const volumes of [[filling(3 * HOUR)], [volume()]]) {
    const plan = planOf(volumes);
    assert.equal(plan.level, "ok");
    assert.equal(opened(plan), undefined);
  }
});

Deno.test("decide() makes a volume that is full too soon wait for the cooldown", () => {
  const soon = filling(90 * MINUTE);
  const plan = planOf([soon], { events: [grownAgo(soon, 10 * MINUTE)] });
  assert.equal(opened(plan), undefined);
  assert.ok(plan.trace.some(({ reason, passed }) => reason === "CooldownActive" && !passed));
  assert.equal(plan.wakeAtMs, after(NOW_MS, 20 * MINUTE));
});

Deno.test("decide() does not wait for the cooldown where a volume is full before it has grown", () => {
  const late = { ...filling(6 * MINUTE), expansionTimeMs: millis(4 * MINUTE) };
  const plan = planOf([late], { events: [grownAgo(late, 10 * MINUTE)] });
  assert.equal(plan.level, "emergency");
  assert.equal(opened(plan)?.reason, "FullBeforeGrown");
  assert.equal(reasonWritten(plan), "time-to-full-2h");
});

Deno.test("decide() takes larger steps the fewer changes a provider allows", () => {
  const of = volume({
    storageClass: {
      kind: "known",
      name: "gp3",
      provisioner: "ebs.csi.aws.com",
      allowVolumeExpansion: true,
    },
    usedPercent: 86,
  });
  // 1 GiB an hour.
  const growing = { ...of, forecast: forecastAt(of, { rate: GIBIBYTE * SECOND / HOUR }) };
  function sizeAfter(hoursAgo: readonly number[]): number {
    const events = hoursAgo.map((hours) => grownAgo(growing, hours * HOUR));
    return (opened(planOf([growing], { events }))?.expansion?.requestedBytes ?? 0) / GIBIBYTE;
  }
  assert.deepEqual([[], [2], [4, 2], [6, 4, 2]].map(sizeAfter), [15, 16, 19, 27]);
});
