import assert from "node:assert/strict";
import { settle } from "../../kube/testing/fake_clock.ts";
import { after, HOUR, millis } from "../../lib/units/millis.ts";
import { clusterObject, policyObject } from "../testing/builders.ts";
import { CLUSTERS, STORAGE_POLICIES } from "./resources.ts";
import { BUSY_LIMIT_MS, startRig } from "./testing/observer_rig.ts";

const NIGHT = { schedule: "0 2 * * *", duration: "2h", timeZone: "UTC", emergencyExempt: false };

Deno.test("view() shows the next edge of the governing policy's windows", async () => {
  await using rig = await startRig();
  assert.deepEqual(rig.view().maintenanceWindow, { kind: "always" });
  rig.api.put(STORAGE_POLICIES, policyObject({ spec: { maintenanceWindows: [NIGHT] } }));
  await settle();
  const window = rig.view().maintenanceWindow;
  assert.ok(window.kind === "closed");
  assert.equal(window.holdsEmergencies, true);
  assert.ok(window.opensAtMs > rig.clock.now());
  assert.equal(new Date(window.opensAtMs).toISOString().slice(11), "02:00:00.000Z");
  await rig.clock.advance(window.opensAtMs - rig.clock.now());
  assert.deepEqual(rig.view().maintenanceWindow, {
    kind: "open",
    closesAtMs: after(window.opensAtMs, 2 * HOUR),
  });
});

Deno.test("view() is governed by no policy whose windows never open, and says why", async () => {
  await using rig = await startRig();
  const spec = { maintenanceWindows: [NIGHT, { ...NIGHT, timeZone: "Europe/Nowhere" }] };
  rig.api.put(STORAGE_POLICIES, policyObject({ spec }));
  await settle();
  const { governance, maintenanceWindow } = rig.view();
  assert.deepEqual(governance, {
    kind: "invalid",
    policyName: "standard",
    message: "Cannot use maintenanceWindows[1]: expected timeZone to be a name such as " +
      'Europe/Berlin, found "Europe/Nowhere" (namespace default standard)',
  });
  assert.deepEqual(maintenanceWindow, { kind: "always" });
});

Deno.test("view() tells until when routine expansions wait for CNPG, from its first busy phase on", async () => {
  await using rig = await startRig();
  assert.equal(rig.view().operator.routineWaitsUntilMs, undefined);
  const busySinceMs = rig.clock.now();
  for (const phase of ["Upgrading cluster", "Waiting for the instances to become active"]) {
    rig.api.put(CLUSTERS, clusterObject({ phase }));
    await settle();
    const { busy, routineWaitsUntilMs } = rig.view().operator;
    assert.ok(busy?.includes(phase));
    assert.equal(routineWaitsUntilMs, millis(busySinceMs + BUSY_LIMIT_MS));
    await rig.clock.advance(60_000);
  }
  rig.api.put(CLUSTERS, clusterObject());
  await settle();
  assert.equal(rig.view().operator.routineWaitsUntilMs, undefined);
});
