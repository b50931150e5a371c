import assert from "node:assert/strict";
import fc from "fast-check";

import type { Event } from "../event/event.ts";
import {
  expansion,
  expansionEvent,
  NOW_MS,
  progressOf,
  thresholds,
  volume,
} from "../testing/builders.ts";
import { after, DAY, HOUR, millis, MINUTE } from "../units/millis.ts";
import { lastingTimeOf } from "./lasting_time.ts";

const EBS = volume({
  storageClass: {
    kind: "known",
    name: "gp3",
    provisioner: "ebs.csi.aws.com",
    allowVolumeExpansion: true,
  },
});

const SETTINGS = {
  thresholds: thresholds(),
  expansion: expansion({ cooldownMs: millis(30 * MINUTE) }),
};

/** Changes of the volume so many hours ago. */
function changes(...hoursAgo: readonly number[]): Event[] {
  return hoursAgo.map((hours) =>
    expansionEvent([
      progressOf(EBS, { step: "Verified", requestedAtMs: after(NOW_MS, -hours * HOUR) }),
    ])
  );
}

function hoursOf(events: readonly Event[], of = EBS): number {
  return lastingTimeOf(of, { events, nowMs: NOW_MS }, SETTINGS) / HOUR;
}

Deno.test("lastingTimeOf() is the cooldown where nothing else asks for more", () => {
  assert.equal(hoursOf([], volume()), 0.5);
  assert.equal(hoursOf(changes(1, 2, 3), volume()), 0.5);
  assert.equal(hoursOf([], volume({ storageClass: { kind: "unknown" } })), 0.5);
});

Deno.test("lastingTimeOf() is twice the policy's timeToFull where that is longer", () => {
  const settings = { ...SETTINGS, thresholds: thresholds({ timeToFullMs: millis(2 * HOUR) }) };
  assert.equal(lastingTimeOf(volume(), { events: [], nowMs: NOW_MS }, settings), 4 * HOUR);
});

Deno.test("lastingTimeOf() spreads the changes that a provider still allows over its period", () => {
  assert.equal(hoursOf([]), 24 / 4, "the first of four in a day");
  assert.equal(hoursOf(changes(3)), 21 / 3);
  assert.equal(hoursOf(changes(4, 2)), 20 / 2);
  assert.equal(hoursOf(changes(6, 4, 2)), 18, "the last one, until the first is a day ago");
  assert.equal(hoursOf(changes(30, 25, 2)), 22 / 3, "older changes do not count");
  assert.equal(hoursOf(changes(6, 4, 3, 2)), 18, "a rescue beyond the budget has none left either");
});

Deno.test("lastingTimeOf() is no shorter the fewer changes are left, and never longer than the period", () => {
  const hoursAgo = fc.double({ min: 0.01, max: 23.9, noNaN: true });
  fc.assert(fc.property(fc.array(hoursAgo, { maxLength: 2 }), (spent) => {
    const before = hoursOf(changes(...spent));
    const afterwards = hoursOf(changes(...spent, 0));
    assert.ok(afterwards >= before);
    assert.ok(afterwards * HOUR <= DAY);
  }));
});
