import { deepEqual, equal, ok } from "node:assert/strict";
import { HOUR, MINUTE } from "../units/millis.ts";
import { windowLength } from "./maintenance_window_spec.ts";
import { resolvePolicy } from "./resolve.ts";
import { parsePolicySpec } from "./storage_policy.ts";

const NIGHT = { schedule: "0 2 * * 1-5", duration: "2h", timeZone: "Europe/Berlin" };

Deno.test("maintenanceWindowsSchema takes what cron, clocks and calendars know", () => {
  const taken = [
    NIGHT,
    { ...NIGHT, schedule: "*/15 22-23 * JAN-MAR SUN" },
    { ...NIGHT, schedule: "0 4 L * *" },
    { ...NIGHT, duration: "1m" },
    { ...NIGHT, duration: "168h" },
    { ...NIGHT, duration: "1h30m" },
    { ...NIGHT, timeZone: "UTC", emergencyExempt: false },
    { ...NIGHT, timeZone: "America/Argentina/Buenos_Aires" },
    { ...NIGHT, timeZone: "Etc/GMT+5" },
  ];
  equal(parsePolicySpec({ maintenanceWindows: taken }).kind, "spec");
});

Deno.test("maintenanceWindowsSchema refuses what can be no window", () => {
  const refused: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
    ["schedule", { schedule: "0 2 * *" }],
    ["schedule", { schedule: "0 0 2 * * *" }],
    ["schedule", { schedule: "@daily" }],
    ["schedule", { schedule: "0 2 ? * *" }],
    ["duration", { duration: "" }],
    ["duration", { duration: "0h" }],
    ["duration", { duration: "30s" }],
    ["duration", { duration: "2 h" }],
    ["duration", { duration: "30m2h" }],
    ["duration", { duration: "168h1m" }],
    ["timeZone", { timeZone: "" }],
    ["timeZone", { timeZone: "+02:00" }],
    ["timeZone", { timeZone: undefined }],
    ["emergencyExempt", { emergencyExempt: "yes" }],
  ];
  for (const [field, change] of refused) {
    const parsed = parsePolicySpec({ maintenanceWindows: [{ ...NIGHT, ...change }] });
    ok(parsed.kind === "invalid", JSON.stringify(change));
    const start = `Cannot read policy settings: maintenanceWindows.0.${field}: `;
    ok(parsed.message.startsWith(start), parsed.message);
  }
});

Deno.test("maintenanceWindowsSchema takes sixteen windows and no more", () => {
  const windows = (length: number): unknown => ({
    maintenanceWindows: Array.from({ length }, () => NIGHT),
  });
  equal(parsePolicySpec(windows(16)).kind, "spec");
  equal(parsePolicySpec(windows(17)).kind, "invalid");
});

Deno.test("windowLength() reads hours and minutes", () => {
  equal(windowLength("2h"), 2 * HOUR);
  equal(windowLength("90m"), 90 * MINUTE);
  equal(windowLength("1h05m"), 65 * MINUTE);
});

Deno.test("resolvePolicy() takes the windows of the nearest layer as a whole", () => {
  const resolution = resolvePolicy({
    policy: { name: "own", spec: { maintenanceWindows: [NIGHT] } },
    chart: {
      maintenanceWindows: [{ ...NIGHT, duration: "1h" }, { ...NIGHT, duration: "3h" }],
    },
  });
  ok(resolution.kind === "resolved");
  const { settings, origins } = resolution.policy;
  deepEqual(settings.maintenanceWindows, [{
    schedule: NIGHT.schedule,
    durationMs: 2 * HOUR,
    timeZone: NIGHT.timeZone,
    emergencyExempt: true,
  }]);
  deepEqual(origins["maintenanceWindows"], { kind: "policy", name: "own" });
});

Deno.test("resolvePolicy() lets a policy open what it inherits closed", () => {
  const resolution = resolvePolicy({
    policy: { name: "own", spec: { maintenanceWindows: [] } },
    chart: { maintenanceWindows: [{ ...NIGHT, emergencyExempt: false }] },
  });
  ok(resolution.kind === "resolved");
  deepEqual(resolution.policy.settings.maintenanceWindows, []);
});
