import assert from "node:assert/strict";
import { bytes, GIBIBYTE } from "../../lib/units/bytes.ts";
import { readBreakerReset, readPause, readSizeRequest } from "./annotations.ts";

type Short = Readonly<Record<string, string>>;

const PAUSES: Readonly<Record<string, readonly [Short, unknown]>> = {
  "no annotation": [{}, { kind: "none" }],
  "paused false": [{ paused: "false", "pause-reason": "x" }, { kind: "none" }],
  "paused without an end": [{ paused: "true" }, { kind: "paused", pauseReason: undefined }],
  "paused False": [{ paused: " False " }, { kind: "none" }],
  "an empty paused": [{ paused: " " }, { kind: "none" }],
  "paused TRUE": [{ paused: "TRUE\n" }, { kind: "paused", pauseReason: undefined }],
  "an odd paused": [
    { paused: "yes" },
    { kind: "paused", pauseReason: 'paused "yes" is read as "true"' },
  ],
  "an odd paused with a reason": [
    { paused: "1", "pause-reason": "upgrade" },
    { kind: "paused", pauseReason: 'upgrade (paused "1" is read as "true")' },
  ],
  "paused with reason and end": [
    { paused: "true", "pause-reason": "manual-maintenance", "pause-until": "2025-11-27T00:00:00Z" },
    {
      kind: "paused",
      pauseReason: "manual-maintenance",
      untilMs: Date.UTC(2025, 10, 27),
    },
  ],
  "paused with an end nobody can read": [
    { paused: "true", "pause-until": "tomorrow" },
    { kind: "paused", pauseReason: undefined, invalidUntil: "tomorrow" },
  ],
};

for (const [what, [short, expected]] of Object.entries(PAUSES)) {
  Deno.test(`readPause() understands ${what}`, () => {
    assert.deepEqual(readPause(complete(short)), expected);
  });
}

const WISH = {
  "target-size": "15Gi",
  "expansion-requested": "2025-11-26T10:30:00Z",
  "expansion-reason": "manual: launch day",
};

const REQUESTS: Readonly<Record<string, readonly [Short, string]>> = {
  "a complete wish": [WISH, "data"],
  "a wish for the WAL volume": [{ ...WISH, "target-role": "wal" }, "wal"],
  "a wish for a tablespace": [{ ...WISH, "target-role": "tbs:hot" }, "tbs:hot"],
  "a wish for the next window": [{ ...WISH, "expansion-reason": "scheduled-growth" }, "data"],
  "what we wrote ourselves": [{ ...WISH, "expansion-reason": "threshold-breach-85" }, "none"],
  "what we foretold ourselves": [{ ...WISH, "expansion-reason": "time-to-full-2h" }, "none"],
  "no wish": [{}, "none"],
  "a role alone": [{ "target-role": "wal" }, "none"],
  "a reason of another kind alone": [{ "expansion-reason": "launch" }, "none"],
  "a wish without a time": [
    { ...WISH, "expansion-requested": "" },
    "Annotation expansion-requested: expected a time, found nothing",
  ],
  "a wish without a readable size": [
    { ...WISH, "target-size": "15 Gi" },
    'Annotation target-size: expected a size such as 20Gi, found "15 Gi"',
  ],
  "a wish for nothing": [
    { ...WISH, "target-size": "0" },
    'Annotation target-size: expected a size such as 20Gi, found "0"',
  ],
  "a wish for an unknown role": [
    { ...WISH, "target-role": "logs" },
    'Annotation target-role: expected data, wal or tbs:NAME, found "logs"',
  ],
  "a wish without a reason": [
    { "target-size": "15Gi" },
    "Annotation expansion-reason: expected a text that begins with manual or scheduled, found nothing",
  ],
  "a wish with a reason of another kind": [
    { ...WISH, "expansion-reason": "x".repeat(50) },
    "Annotation expansion-reason: expected a text that begins with manual or scheduled, found " +
    `"${"x".repeat(40)}…"`,
  ],
};

for (const [what, [short, expected]] of Object.entries(REQUESTS)) {
  Deno.test(`readSizeRequest() understands ${what}`, () => {
    const found = readSizeRequest(complete(short));
    switch (found.kind) {
      case "none":
        return assert.equal(found.kind, expected);
      case "unreadable":
        return assert.equal(found.problem, expected);
      case "request": {
        const { role, ...request } = found.request;
        assert.equal(role, expected);
        const reason = short["expansion-reason"];
        assert.deepEqual(request, {
          trigger: reason?.startsWith("scheduled") ? "scheduled" : "manual",
          targetBytes: bytes(15 * GIBIBYTE),
          requestedAt: WISH["expansion-requested"],
          reason,
        });
      }
    }
  });
}

Deno.test("readBreakerReset() takes only true", () => {
  assert.equal(readBreakerReset(complete({ "reset-circuit-breaker": "true" })), true);
  assert.equal(readBreakerReset(complete({ "reset-circuit-breaker": "yes" })), false);
  assert.equal(readBreakerReset({}), false);
});

function complete(short: Short): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(short).map(([key, value]) => [`storage.cnpg.supporttools.io/${key}`, value]),
  );
}
