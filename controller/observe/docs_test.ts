import assert from "node:assert/strict";
import { parse } from "yaml";
import { parsePolicySpec } from "../../lib/policy/storage_policy.ts";
import type { PolicySettings } from "../../lib/policy/resolved.ts";
import { roleSettings } from "../../lib/policy/role_settings.ts";
import { GIBIBYTE } from "../../lib/units/bytes.ts";
import { HOUR, type Millis, MINUTE } from "../../lib/units/millis.ts";
import { parseTimestamp } from "../../lib/units/timestamp.ts";
import { createWindowBook } from "./maintenance_windows.ts";
import { resolveChecked } from "./resolve_checked.ts";

const DOCS = new URL("../../docs/policy.md", import.meta.url);

/** The examples of the page, by what their first line calls them. */
async function examples(): Promise<Map<string, PolicySettings>> {
  const text = await Deno.readTextFile(DOCS);
  const blocks = [...text.matchAll(/```yaml\n# policy: (.+)\n([\s\S]*?)```/g)];
  return new Map(blocks.map(([, name = "", yaml = ""]) => [name, settingsOf(yaml)]));
}

function settingsOf(yaml: string): PolicySettings {
  const parsed = parsePolicySpec(parse(yaml));
  assert.ok(parsed.kind === "spec", parsed.kind === "invalid" ? parsed.message : "");
  const resolution = resolveChecked({ policy: { name: "own", spec: parsed.spec }, chart: {} });
  assert.ok(resolution.kind === "resolved");
  return resolution.policy.settings;
}

async function example(name: string): Promise<PolicySettings> {
  const settings = (await examples()).get(name);
  assert.ok(settings !== undefined, name);
  return settings;
}

function instant(text: string): Millis {
  const found = parseTimestamp(text);
  assert.ok(found !== undefined);
  return found;
}

Deno.test("docs/policy.md has examples, and each of them is tested here", async () => {
  const names = ["roles", "time to full", "windows", "strict windows"];
  assert.deepEqual([...(await examples()).keys()], names);
});

Deno.test("docs/policy.md says what the example of roles comes to", async () => {
  const settings = await example("roles");
  const { thresholds, expansion } = roleSettings(settings, "wal");
  assert.deepEqual([thresholds.warning, thresholds.expansion], [75, 80]);
  assert.equal(expansion.percentage, 100);
  assert.equal(expansion.cooldownMs, 5 * MINUTE);
  assert.equal(expansion.maxSizeBytes, 100 * GIBIBYTE);
  const data = roleSettings(settings, "data");
  assert.equal(data.expansion.maxSizeBytes, 500 * GIBIBYTE);
  assert.equal(data.thresholds.expansion, 85);
});

Deno.test("docs/policy.md says how soon the volumes of its example may be full", async () => {
  const settings = await example("time to full");
  const times = (["data", "wal", "tbs:archive"] as const).map((role) =>
    roleSettings(settings, role).thresholds.timeToFullMs
  );
  assert.deepEqual(times, [6 * HOUR, 30 * MINUTE, 6 * HOUR]);
});

Deno.test("docs/policy.md says when the windows of its example are open", async () => {
  const { maintenanceWindows } = await example("windows");
  const book = createWindowBook();
  const expected: Readonly<Record<string, string>> = {
    "2026-01-05T00:59:00Z": "closed",
    "2026-01-05T01:00:00Z": "open",
    "2026-01-05T03:00:00Z": "closed",
    "2026-01-10T20:59:00Z": "closed",
    "2026-01-10T21:00:00Z": "open",
    "2026-01-11T08:59:00Z": "open",
    "2026-01-11T09:00:00Z": "closed",
  };
  for (const [at, kind] of Object.entries(expected)) {
    assert.equal(book.at(maintenanceWindows, instant(at)).kind, kind, at);
  }
});

Deno.test("docs/policy.md says that its strict windows hold emergencies", async () => {
  const { maintenanceWindows } = await example("strict windows");
  const window = createWindowBook().at(maintenanceWindows, instant("2026-01-05T00:00:00Z"));
  assert.equal(window.kind === "closed" && window.holdsEmergencies, true);
});
