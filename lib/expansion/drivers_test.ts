// What is known of drivers, and what that makes of sizes.

import assert from "node:assert/strict";
import { gibibytes } from "../testing/builders.ts";
import { type Bytes, bytes, GIBIBYTE, MEBIBYTE } from "../units/bytes.ts";
import type { StorageClassView } from "../view/volume.ts";
import { classFacts, detachLimitOf, driverFacts, stepFor } from "./drivers.ts";

function classOf(provisioner: string, diskType?: string): StorageClassView {
  return { kind: "known", name: "fast", provisioner, allowVolumeExpansion: true, diskType };
}

Deno.test("driverFacts() knows nothing of a driver that is not listed, whatever its name", () => {
  for (const provisioner of ["", "csi.example.com", "constructor", "__proto__"]) {
    assert.deepEqual(driverFacts(provisioner), {});
  }
  assert.deepEqual(classFacts({ kind: "unknown", name: "ebs.csi.aws.com" }), {});
});

Deno.test("driverFacts() knows who grows detached volumes only", () => {
  const offline = ["storage.csi.upcloud.com", "yandex.csi.flant.com", "rancher.io/local-path"];
  for (const provisioner of offline) assert.ok(driverFacts(provisioner).neverOnline !== undefined);
  for (const provisioner of ["disk.csi.azure.com", "pd.csi.storage.gke.io", "driver.longhorn.io"]) {
    assert.equal(driverFacts(provisioner).neverOnline, undefined);
  }
});

Deno.test("stepFor() takes the driver's step, else a gibibyte, else a small one for small volumes", () => {
  const cases: [string, Bytes, number][] = [
    ["csi.example.com", gibibytes(10), GIBIBYTE],
    ["csi.example.com", GIBIBYTE, GIBIBYTE],
    ["csi.example.com", bytes(GIBIBYTE - 1), 64 * MEBIBYTE],
    ["csi-vxflexos.dellemc.com", gibibytes(10), 8 * GIBIBYTE],
  ];
  for (const [provisioner, current, step] of cases) {
    assert.equal(stepFor(classOf(provisioner), current), step);
  }
  assert.equal(stepFor({ kind: "unknown" }, gibibytes(10)), GIBIBYTE);
});

Deno.test("detachLimitOf() bounds an attached Azure disk, but for kinds and sizes that it does not", () => {
  const azure = "disk.csi.azure.com";
  const limit = gibibytes(4_095);
  const cases: [StorageClassView, Bytes, number | undefined][] = [
    [classOf(azure), gibibytes(100), limit],
    [classOf(azure, "Premium_LRS"), limit, limit],
    [classOf(azure, "PremiumV2_LRS"), gibibytes(100), undefined],
    [classOf(azure, "UltraSSD_LRS"), gibibytes(100), undefined],
    [classOf(azure), gibibytes(4_096), undefined],
    [classOf("csi.example.com"), gibibytes(100), undefined],
    [{ kind: "unknown" }, gibibytes(100), undefined],
  ];
  for (const [storageClass, current, expected] of cases) {
    assert.equal(detachLimitOf(storageClass, current), expected);
  }
});
