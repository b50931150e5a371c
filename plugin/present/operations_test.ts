import assert from "node:assert/strict";
import { raise } from "../../lib/alert/incident.ts";
import type { Event } from "../../lib/event/event.ts";
import { expansionEvent, NOW_MS, progressOf, volume } from "../../lib/testing/builders.ts";
import { eventLines, eventSentence } from "./operations.ts";
import { PLAIN_STYLE } from "./style.ts";

const OPEN = expansionEvent([progressOf(volume())]);

const FAILED: Event = {
  ...OPEN,
  status: {
    ...OPEN.status,
    phase: "Failed",
    conditions: [{
      type: "Complete",
      status: "False",
      reason: "ExpansionFailed",
      message: "0/1 PVCs expanded",
    }],
  },
};

Deno.test("an event that failed tells why it failed, beside why it began", () => {
  const sentence = eventSentence(FAILED, NOW_MS);
  assert.ok(sentence.endsWith(` (${OPEN.reason}). 0/1 PVCs expanded (ExpansionFailed).`), sentence);
  const [, line] = eventLines([FAILED], { style: PLAIN_STYLE, nowMs: NOW_MS });
  assert.match(line ?? "", /Failed +ExpansionFailed +0\/1 PVCs expanded$/);
});

Deno.test("an event under way tells why it began", () => {
  const [, line = ""] = eventLines([OPEN], { style: PLAIN_STYLE, nowMs: NOW_MS });
  assert.ok(line.includes(OPEN.reason) && line.endsWith(OPEN.message), line);
});

Deno.test("an alert tells what it has come to", () => {
  const { status: { alert }, ...draft } = raise({
    topic: "pressure",
    reason: "AboveWarning",
    severity: "warning",
    message: "orders-1/data: 71 %",
  }, NOW_MS).draft;
  assert.ok(alert !== undefined);
  const now = { ...alert, reason: "AboveExpansion", message: "orders-1/data: 86 %" } as const;
  const event: Event = { ...OPEN, ...draft, status: { ...OPEN.status, alert: now } };
  const [, line = ""] = eventLines([event], { style: PLAIN_STYLE, nowMs: NOW_MS });
  assert.match(line, /AboveExpansion +orders-1\/data: 86 %$/);
  assert.match(eventSentence(event, NOW_MS), /orders-1\/data: 86 % \(AboveExpansion\)\.$/);
});
