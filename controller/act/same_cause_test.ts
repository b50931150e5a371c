import assert from "node:assert/strict";
import type { Event, EventDraft, VolumeStep } from "../../lib/event/event.ts";
import { expansionEvent, NOW_MS, view, volume } from "../../lib/testing/builders.ts";
import { expansionDraft } from "./testing/drafts.ts";
import { openTwin } from "./same_cause.ts";

const CLUSTER = view({
  volumes: [volume({ instance: "orders-1" }), volume({ instance: "orders-2" })],
});

function draftFor(instance: string, fields: Partial<EventDraft> = {}): EventDraft {
  const draft = expansionDraft(CLUSTER, fields);
  const volumes = draft.status.volumes.filter((progress) => progress.instance === instance);
  return { ...draft, status: { ...draft.status, volumes } };
}

function openEvent(instance: string, step: VolumeStep): Event {
  const draft = draftFor(instance);
  const volumes = draft.status.volumes.map((progress) => ({ ...progress, step }));
  return {
    ...expansionEvent([]),
    ...draft,
    createdAtMs: NOW_MS,
    status: { ...draft.status, phase: "InProgress", volumes },
  };
}

Deno.test("openTwin() finds the open expansion that holds one of the draft's volumes", () => {
  const twin = openEvent("orders-1", "Requested");
  assert.equal(openTwin(draftFor("orders-1"), [twin]), twin);
});

Deno.test("openTwin() lets a sibling grow while another volume of its role is stuck", () => {
  const stuck = openEvent("orders-1", "ControllerResized");
  assert.equal(openTwin(draftFor("orders-2"), [stuck]), undefined);
});

Deno.test("openTwin() lets a volume grow again that has ended in an operation still open", () => {
  const verified = openEvent("orders-1", "Verified");
  assert.equal(openTwin(draftFor("orders-1"), [verified]), undefined);
});

Deno.test("openTwin() finds no twin among ended events and dry runs", () => {
  const twin = openEvent("orders-1", "Requested");
  const ended: Event = { ...twin, status: { ...twin.status, phase: "Completed" } };
  assert.equal(openTwin(draftFor("orders-1"), [ended]), undefined);
  assert.equal(openTwin(draftFor("orders-1", { dryRun: true }), [twin]), undefined);
});
