import assert from "node:assert/strict";

import type { WriteBackSize } from "../../lib/decide/plan.ts";
import type { Event, EventStatus, VolumeProgress } from "../../lib/event/event.ts";
import { millis } from "../../lib/units/millis.ts";
import { eventOpened, sizeWrittenBack } from "./announce.ts";
import { progressAnnouncements } from "./announce_progress.ts";
import { expansionDraft, gibibytes } from "./testing/drafts.ts";
import { createWorld } from "./testing/world.ts";

const view = createWorld().view();
const draft = expansionDraft(view);
const before: Event = {
  ...draft,
  name: "orders-expansion",
  uid: "event-uid",
  resourceVersion: "1",
  createdAtMs: millis(0),
};

function withFirst(fields: Partial<VolumeProgress>): EventStatus {
  const volumes = draft.status.volumes.map((volume, index) =>
    index === 0 ? { ...volume, ...fields } : volume
  );
  return { ...draft.status, volumes };
}

const newBytes = gibibytes(15);
const failure = { reason: "FileSystemDeadline", message: "The file system did not grow" } as const;

const steps: Record<string, [Partial<VolumeProgress>, string | undefined, RegExp]> = {
  "a request, which its maker announces": [{ step: "Requested" }, undefined, /./],
  "the provider's part": [{ step: "ControllerResized" }, "Normal ControllerResized", /is next$/],
  "a measured growth": [
    { step: "Verified", verifiedBy: "statfs", newBytes },
    "Normal FileSystemGrown",
    /from 10Gi to 15Gi, confirmed by statfs$/,
  ],
  "an unmeasured growth": [
    { step: "Verified", verifiedBy: "kubernetes", newBytes },
    "Normal VerifiedByKubernetes",
    /no measurement confirms it$/,
  ],
  "a failure": [{ step: "Failed", failure }, "Warning FileSystemDeadline", /did not grow$/],
};

for (const [name, [fields, expected, note]] of Object.entries(steps)) {
  Deno.test(`progressAnnouncements() says ${expected ?? "nothing"} about ${name}`, () => {
    const [said] = progressAnnouncements(view, before, withFirst(fields));
    assert.equal(said && `${said.type} ${said.reason}`, expected);
    if (said !== undefined) assert.match(said.note, note);
    if (said !== undefined) assert.equal(said.regarding.name, "orders-1");
  });
}

Deno.test("progressAnnouncements() says nothing twice, and nothing about a dry run", () => {
  const status = withFirst({ step: "ControllerResized" });
  assert.deepEqual(progressAnnouncements(view, { ...before, status }, status), []);
  assert.deepEqual(progressAnnouncements(view, { ...before, dryRun: true }, status), []);
});

Deno.test("progressAnnouncements() warns of an end that is not a full success", () => {
  const status: EventStatus = { ...draft.status, phase: "Failed" };
  const [said] = progressAnnouncements(view, before, status);
  assert.deepEqual([said?.type, said?.reason], ["Warning", "ExpansionFailed"]);
});

Deno.test("eventOpened() does not claim that a dry run begins anything", () => {
  const dryRun = { ...draft, dryRun: true };
  assert.equal(eventOpened(view, draft, "e").reason, "AboveExpansion");
  const said = eventOpened(view, dryRun, "e");
  assert.equal(said.reason, "DryRun");
  assert.match(
    said.note,
    /^Nothing is requested: without dryRun it would be 15Gi, first for orders-\d\. /,
  );
});

Deno.test("sizeWrittenBack() says what the spec declares", () => {
  const action: WriteBackSize = {
    kind: "write-back",
    eventName: "e",
    role: "wal",
    field: "size",
    fromBytes: gibibytes(10),
    toBytes: newBytes,
    resourceVersion: "1",
  };
  assert.equal(sizeWrittenBack(view, action).note, "The spec declares 15Gi for wal");
});
