import assert from "node:assert/strict";
import fc from "fast-check";

import type { JsonObject } from "./api.ts";
import { type EventNotice, eventObject, NOTE_BYTES_MAX } from "./event_object.ts";
import { createEventRecorder, type EventRecorder } from "./events.ts";
import type { FakeApiServer } from "./testing/fake_api_server.ts";
import { type FakeClient, startFakeClient } from "./testing/fake_client.ts";
import { createRecordingLogger } from "./testing/recording_logger.ts";
import { until } from "./testing/until.ts";

const notice: EventNotice = {
  regarding: { apiVersion: "v1", kind: "Pod", namespace: "a", name: "x", uid: "u1" },
  type: "Warning",
  reason: "NearlyFull",
  action: "Watch",
  note: "91 % of the volume are used",
};

interface Rig extends FakeClient {
  readonly recorder: EventRecorder;
}

async function startRig(): Promise<Rig> {
  const client = await startFakeClient();
  const recorder = createEventRecorder({
    api: client.api,
    clock: client.clock,
    random: Math.random,
    log: createRecordingLogger(),
    reportingController: "example.org/manager",
    reportingInstance: "manager-0",
  });
  return { ...client, recorder };
}

function methods(server: FakeApiServer): string[] {
  return server.requests.map((request) => request.method);
}

Deno.test("record() creates an Event", async () => {
  await using rig = await startRig();
  rig.recorder.record(notice);
  await rig.recorder.flush();
  const [request] = rig.server.requests;
  assert.equal(request?.path, "/apis/events.k8s.io/v1/namespaces/a/events");
  const [event] = rig.server.objects.list("/apis/events.k8s.io/v1/events");
  assert.equal(event?.["reason"], "NearlyFull");
  assert.equal(event?.["eventTime"], "2026-01-01T00:00:00.000000Z");
  assert.deepEqual(rig.recorder.counts(), {
    sent: 1,
    deduplicated: 0,
    dropped: 0,
    failed: 0,
    queued: 0,
  });
});

Deno.test("record() counts what repeats within two minutes and tells the series after", async () => {
  await using rig = await startRig();
  for (let n = 0; n < 5; n++) rig.recorder.record(notice);
  await rig.recorder.flush();
  await rig.clock.advance(119_999);
  rig.recorder.record({ ...notice, note: "92 % of the volume are used" });
  assert.equal(rig.recorder.counts().deduplicated, 5);
  await rig.clock.advance(1);
  rig.recorder.record(notice);
  await rig.recorder.flush();
  assert.deepEqual(methods(rig.server), ["POST", "PATCH"]);
  const [event] = rig.server.objects.list("/apis/events.k8s.io/v1/events");
  const series = { count: 7, lastObservedTime: "2026-01-01T00:02:00.000000Z" };
  assert.deepEqual(event?.["series"], series);
});

Deno.test("record() makes a new Event when the series went quiet", async () => {
  await using rig = await startRig();
  rig.recorder.record(notice);
  await rig.recorder.flush();
  await rig.clock.advance(360_000);
  rig.recorder.record(notice);
  await rig.recorder.flush();
  assert.deepEqual(methods(rig.server), ["POST", "POST"]);
});

const distinct: Record<string, Partial<EventNotice>> = {
  "type": { type: "Normal" },
  "reason": { reason: "Full" },
  "object": { regarding: { ...notice.regarding, uid: "u2" } },
  "dedupe values": { dedupeValues: ["wal"] },
};
for (const [part, change] of Object.entries(distinct)) {
  Deno.test(`record() does not take notices for the same that differ in ${part}`, async () => {
    await using rig = await startRig();
    rig.recorder.record(notice);
    rig.recorder.record({ ...notice, ...change });
    await rig.recorder.flush();
    assert.equal(rig.recorder.counts().sent, 2);
  });
}

Deno.test("record() drops what a talkative object says beyond its share", async () => {
  await using rig = await startRig();
  for (let n = 0; n < 30; n++) rig.recorder.record({ ...notice, dedupeValues: [String(n)] });
  await rig.recorder.flush();
  assert.equal(rig.recorder.counts().sent, 25);
  assert.equal(rig.recorder.counts().dropped, 5);
  await rig.clock.advance(300_000);
  rig.recorder.record({ ...notice, dedupeValues: ["later"] });
  await rig.recorder.flush();
  assert.equal(rig.recorder.counts().sent, 26);
});

Deno.test("record() drops what does not fit into the queue", async () => {
  await using rig = await startRig();
  rig.server.fault("any", { kind: "freeze" });
  for (let n = 0; n < 1_002; n++) {
    rig.recorder.record({ ...notice, regarding: { ...notice.regarding, uid: `u${n}` } });
  }
  assert.equal(rig.recorder.counts().dropped, 2);
  await until(() => rig.server.requests.length === 1, "the first is under way");
  rig.recorder.close();
  await rig.recorder.flush();
  assert.deepEqual(rig.recorder.counts(), {
    sent: 0,
    deduplicated: 0,
    dropped: 1_001,
    failed: 1,
    queued: 0,
  });
});

Deno.test("record() goes on after a failure and tries the same notice anew", async () => {
  await using rig = await startRig();
  rig.server.fault("any", { kind: "status", code: 403, reason: "Forbidden" });
  rig.recorder.record(notice);
  await rig.recorder.flush();
  assert.equal(rig.recorder.counts().failed, 1);
  rig.recorder.record(notice);
  await rig.recorder.flush();
  assert.equal(rig.recorder.counts().sent, 1);
});

Deno.test("record() makes a new Event when the server has forgotten the old one", async () => {
  await using rig = await startRig();
  rig.recorder.record(notice);
  await rig.recorder.flush();
  const name = metadataOf(rig.server.objects.list("/apis/events.k8s.io/v1/events")[0])["name"];
  rig.server.objects.remove(`/apis/events.k8s.io/v1/namespaces/a/events/${String(name)}`);
  await rig.clock.advance(120_000);
  rig.recorder.record(notice);
  await rig.recorder.flush();
  assert.deepEqual(methods(rig.server), ["POST", "PATCH", "POST"]);
  assert.equal(rig.recorder.counts().failed, 0);
});

Deno.test("record() is silent after close()", async () => {
  await using rig = await startRig();
  rig.recorder.close();
  rig.recorder.record(notice);
  await rig.recorder.flush();
  assert.equal(rig.recorder.counts().dropped, 1);
  assert.equal(rig.server.requests.length, 0);
});

Deno.test("eventObject() keeps every note within the server's limit and whole", () => {
  const context = {
    reportingController: "c",
    reportingInstance: "i",
    nowMs: 0,
    random: (): number => 0,
  };
  const characters = fc.array(fc.constantFrom("a", "é", "漢", "🐘"), {
    minLength: 1,
    maxLength: 9,
  });
  const notes = fc.tuple(characters, fc.nat({ max: 600 }))
    .map(([word, times]) => word.join("").repeat(times));
  fc.assert(fc.property(notes, (text) => {
    const note = String(eventObject({ ...notice, note: text }, context)["note"]);
    assert.ok(new TextEncoder().encode(note).length <= NOTE_BYTES_MAX);
    if (note !== text) assert.ok(text.startsWith(note.slice(0, -1)));
  }));
});

function metadataOf(object: JsonObject | undefined): Record<string, unknown> {
  return { ...(object?.["metadata"] ?? {}) };
}
