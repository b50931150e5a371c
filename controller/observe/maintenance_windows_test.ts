import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { MaintenanceWindowSettings } from "../../lib/policy/resolved.ts";
import { after, HOUR, type Millis, millis, MINUTE } from "../../lib/units/millis.ts";
import { formatTimestamp, parseTimestamp } from "../../lib/units/timestamp.ts";
import type { MaintenanceWindow } from "../../lib/view/cluster.ts";
import { createWindowBook, windowProblem } from "./maintenance_windows.ts";

/** A window as `SCHEDULE | HOURS | ZONE`, for tables. */
function settingsOf(text: string): MaintenanceWindowSettings {
  const [schedule = "", hours = "", timeZone = ""] = text.split("|").map((part) => part.trim());
  const durationMs = millis(Number(hours) * HOUR);
  return { schedule, durationMs, timeZone, emergencyExempt: true };
}

function instant(text: string): Millis {
  const found = parseTimestamp(text);
  assert.ok(found !== undefined, text);
  return found;
}

function windowAt(windows: readonly string[], nowText: string): MaintenanceWindow {
  return createWindowBook().at(windows.map(settingsOf), instant(nowText));
}

/** `open until …` or `closed until …`. */
function inWords(window: MaintenanceWindow): string {
  switch (window.kind) {
    case "always":
      return "always";
    case "open":
      return `open until ${formatTimestamp(window.closesAtMs)}`;
    case "closed":
      return `closed until ${formatTimestamp(window.opensAtMs)}`;
  }
}

function edgeOf(window: MaintenanceWindow): Millis {
  assert.ok(window.kind !== "always");
  return window.kind === "open" ? window.closesAtMs : window.opensAtMs;
}

const NIGHT = "0 2 * * * | 2 | UTC";
const FIXED = "30 2 * * * | 2 | Europe/Berlin";

const EDGES: Readonly<Record<string, [windows: string[], now: string, expected: string]>> = {
  "no window": [[], "2026-01-01T00:00:00Z", "always"],
  "before a window": [[NIGHT], "2026-01-01T00:00:00Z", "closed until 2026-01-01T02:00:00Z"],
  "a moment before it": [[NIGHT], "2026-01-01T01:59:59.999Z", "closed until 2026-01-01T02:00:00Z"],
  "at its first instant": [[NIGHT], "2026-01-01T02:00:00Z", "open until 2026-01-01T04:00:00Z"],
  "at its last": [[NIGHT], "2026-01-01T03:59:59.999Z", "open until 2026-01-01T04:00:00Z"],
  "after it": [[NIGHT], "2026-01-01T04:00:00Z", "closed until 2026-01-02T02:00:00Z"],
  "over midnight": [
    ["0 23 * * 5 | 3 | UTC"],
    "2026-01-03T01:59:00Z",
    "open until 2026-01-03T02:00:00Z",
  ],
  "over the end of a year": [
    ["0 22 31 12 * | 4 | UTC"],
    "2026-01-01T01:00:00Z",
    "open until 2026-01-01T02:00:00Z",
  ],
  "on working days only": [
    ["0 2 * * 1-5 | 2 | UTC"],
    "2026-01-02T12:00:00Z",
    "closed until 2026-01-05T02:00:00Z",
  ],
  "in a leap year": [
    ["0 0 29 2 * | 1 | UTC"],
    "2026-01-01T00:00:00Z",
    "closed until 2028-02-29T00:00:00Z",
  ],
  "in a zone far east": [
    ["0 2 * * * | 2 | Asia/Kolkata"],
    "2026-01-01T00:00:00Z",
    "closed until 2026-01-01T20:30:00Z",
  ],
  "two that overlap": [
    [NIGHT, "0 3 * * * | 4 | UTC"],
    "2026-01-01T02:30:00Z",
    "open until 2026-01-01T07:00:00Z",
  ],
  "two that adjoin": [
    [NIGHT, "0 4 * * * | 1 | UTC"],
    "2026-01-01T02:30:00Z",
    "open until 2026-01-01T05:00:00Z",
  ],
  "one within another": [
    ["0 2 * * * | 6 | UTC", "0 3 * * * | 1 | UTC"],
    "2026-01-01T02:30:00Z",
    "open until 2026-01-01T08:00:00Z",
  ],
  "three, of which the last listed comes first": [
    ["0 9 * * * | 1 | UTC", "0 7 * * * | 1 | UTC", "0 5 * * * | 1 | UTC"],
    "2026-01-01T04:00:00Z",
    "closed until 2026-01-01T05:00:00Z",
  ],
  "a chain of several": [
    ["0 2,4,6 * * * | 2 | UTC"],
    "2026-01-01T02:30:00Z",
    "open until 2026-01-01T08:00:00Z",
  ],
  "Berlin in winter": [[FIXED], "2026-01-01T00:00:00Z", "closed until 2026-01-01T01:30:00Z"],
  "Berlin in summer": [[FIXED], "2026-07-01T00:00:00Z", "closed until 2026-07-01T00:30:00Z"],
  "Berlin in spring, where 02:30 is left out": [
    [FIXED],
    "2026-03-29T00:00:00Z",
    "closed until 2026-03-29T01:00:00Z",
  ],
  "Berlin in spring, open after the gap": [
    [FIXED],
    "2026-03-29T02:00:00Z",
    "open until 2026-03-29T03:00:00Z",
  ],
  "Berlin in spring, two hours that began before the gap": [
    ["30 1 29 3 * | 2 | Europe/Berlin"],
    "2026-03-29T01:00:00Z",
    "open until 2026-03-29T02:30:00Z",
  ],
  "Berlin in autumn, where 02:30 comes twice and counts once": [
    ["30 2 * * * | 0.5 | Europe/Berlin"],
    "2026-10-25T01:00:00Z",
    "closed until 2026-10-26T01:30:00Z",
  ],
  "Berlin in autumn, the first 02:30": [
    [FIXED],
    "2026-10-25T00:00:00Z",
    "closed until 2026-10-25T00:30:00Z",
  ],
  "Berlin in autumn, where every hour is meant": [
    ["30 * * * * | 0.5 | Europe/Berlin"],
    "2026-10-25T01:00:00Z",
    "closed until 2026-10-25T01:30:00Z",
  ],
};

for (const [what, [windows, now, expected]] of Object.entries(EDGES)) {
  Deno.test(`at() tells the next edge: ${what}`, () => {
    assert.equal(inWords(windowAt(windows, now)), expected);
  });
}

Deno.test("at() is open, and stays so, where windows are longer than their period", () => {
  const book = createWindowBook();
  for (const text of ["0 2 * * * | 48 | UTC", "* * * * * | 0.5 | UTC", "0 * * * * | 1 | UTC"]) {
    const settings = [settingsOf(text)];
    let nowMs = instant("2026-01-01T00:00:00Z");
    for (let count = 0; count < 5; count++) {
      const window = book.at(settings, nowMs);
      assert.ok(window.kind === "open" && window.closesAtMs > nowMs, text);
      nowMs = window.closesAtMs;
    }
  }
});

Deno.test("at() holds emergencies only where no window exempts them", () => {
  const held = { ...settingsOf(NIGHT), emergencyExempt: false };
  const cases: readonly (readonly [MaintenanceWindowSettings[], boolean])[] = [
    [[settingsOf(NIGHT)], false],
    [[held], true],
    [[held, settingsOf(NIGHT)], false],
    [[held, held], true],
  ];
  for (const [settings, expected] of cases) {
    const window = createWindowBook().at(settings, instant("2026-01-01T00:00:00Z"));
    assert.equal(window.kind === "closed" && window.holdsEmergencies, expected);
  }
});

Deno.test("at() looks again after an edge, and when the clock is set back", () => {
  const book = createWindowBook();
  const settings = [settingsOf(NIGHT)];
  const steps: readonly (readonly [string, string])[] = [
    ["2026-01-05T01:00:00Z", "closed until 2026-01-05T02:00:00Z"],
    ["2026-01-05T01:30:00Z", "closed until 2026-01-05T02:00:00Z"],
    ["2026-01-05T02:00:00Z", "open until 2026-01-05T04:00:00Z"],
    ["2026-01-05T04:00:00Z", "closed until 2026-01-06T02:00:00Z"],
    ["2026-01-03T03:00:00Z", "open until 2026-01-03T04:00:00Z"],
    ["2026-01-02T12:00:00Z", "closed until 2026-01-03T02:00:00Z"],
  ];
  for (const [now, expected] of steps) {
    assert.equal(inWords(book.at(settings, instant(now))), expected);
  }
});

const anyWindow: fc.Arbitrary<MaintenanceWindowSettings> = fc.record({
  schedule: fc.tuple(
    fc.constantFrom("0", "30", "*/20", "15,45"),
    fc.constantFrom("2", "*", "22-23", "*/6"),
    fc.constantFrom("*", "1", "L"),
    fc.constantFrom("*", "3,10"),
    fc.constantFrom("*", "1-5", "SUN"),
  ).map((fields) => fields.join(" ")),
  durationMs: fc.integer({ min: 1, max: 26 * 60 }).map((minutes) => millis(minutes * MINUTE)),
  timeZone: fc.constantFrom("UTC", "Europe/Berlin", "America/Sao_Paulo", "Australia/Lord_Howe"),
  emergencyExempt: fc.boolean(),
});

const anyInstant = fc.integer({
  min: Date.UTC(2026, 0, 1) / MINUTE,
  max: Date.UTC(2027, 11, 31) / MINUTE,
}).map((minutes) => millis(minutes * MINUTE));

Deno.test("at() tells edges that lie ahead, and nothing changes before them", () => {
  const windows = fc.array(anyWindow, { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(windows, anyInstant, fc.nat(1000), (settings, nowMs, share) => {
      const window = createWindowBook().at(settings, nowMs);
      const edgeMs = edgeOf(window);
      assert.ok(edgeMs > nowMs);
      const between = millis(nowMs + Math.floor((edgeMs - nowMs - 1) * share / 1000));
      const later = createWindowBook().at(settings, between);
      assert.equal(later.kind, window.kind);
      if (window.kind === "closed") assert.equal(edgeOf(later), edgeMs);
    }),
    { numRuns: 200 },
  );
});

Deno.test("at() alternates between open and closed from edge to edge", () => {
  fc.assert(
    fc.property(anyWindow, anyInstant, (settings, startMs) => {
      // Windows that always overlap have no edge at which they close.
      fc.pre(!settings.schedule.startsWith("*/20 *") && settings.durationMs < 20 * MINUTE);
      const book = createWindowBook();
      const windows = [settings];
      let window = book.at(windows, startMs);
      for (let count = 0; count < 4; count++) {
        const next = book.at(windows, edgeOf(window));
        assert.notEqual(next.kind, window.kind);
        window = next;
      }
    }),
    { numRuns: 100 },
  );
});

Deno.test("at() is open exactly where a window began less than its length ago", () => {
  const settings = [settingsOf("0 22 * * 1-5 | 5 | Europe/Berlin")];
  const book = createWindowBook();
  let openHours = 0;
  for (let hour = 0; hour < 7 * 24; hour++) {
    const nowMs = after(instant("2026-06-01T00:00:00Z"), hour * HOUR);
    if (book.at(settings, nowMs).kind === "open") openHours++;
  }
  assert.equal(openHours, 25);
});

const PROBLEMS: Readonly<Record<string, [window: string, problem: RegExp | undefined]>> = {
  "a sound one": [NIGHT, undefined],
  "names of days and months": ["0 2 * JAN-MAR SUN | 2 | Europe/Berlin", undefined],
  "the last day of a month": ["0 2 L * * | 2 | Etc/GMT+5", undefined],
  "a zone that is none": [
    "0 2 * * * | 2 | Mars/Base",
    /^Cannot use maintenanceWindows\[1\]: expected timeZone to be a name such as Europe\/Berlin, found "Mars\/Base"$/,
  ],
  "a minute that is none": [
    "99 2 * * * | 2 | UTC",
    /^Cannot use maintenanceWindows\[1\]: expected schedule to be five fields of cron, found "99 2 \* \* \*" \(.*minute/,
  ],
  "words": ["a b c d e | 2 | UTC", /five fields of cron, found "a b c d e"/],
  "six fields": ["0 0 2 * * * | 2 | UTC", /five fields of cron/],
  "a day that never comes": ["0 0 31 4 * | 2 | UTC", /expected schedule to come at all, found "0/],
};

for (const [what, [text, problem]] of Object.entries(PROBLEMS)) {
  Deno.test(`windowProblem() judges ${what}`, () => {
    const found = windowProblem([settingsOf(NIGHT), settingsOf(text)]);
    if (problem === undefined) assert.equal(found, undefined);
    else assert.match(found ?? "", problem);
  });
}
