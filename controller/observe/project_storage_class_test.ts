import assert from "node:assert/strict";
import { storageClassObject } from "../testing/builders.ts";
import { projectStorageClass } from "./project_storage_class.ts";

Deno.test("projectStorageClass() reads what decides about growth", () => {
  const record = projectStorageClass(storageClassObject());
  assert.equal(record.name, "fast");
  assert.equal(record.namespace, "");
  assert.equal(record.provisioner, "csi.example.com");
  assert.equal(record.allowVolumeExpansion, true);
});

Deno.test("projectStorageClass() takes an absent allowVolumeExpansion for no", () => {
  const record = projectStorageClass(storageClassObject({ allowVolumeExpansion: null }));
  assert.equal(record.allowVolumeExpansion, false);
});

Deno.test("projectStorageClass() reads the kind of an Azure disk in either spelling of its parameter", () => {
  for (const name of ["skuName", "skuname", "storageAccountType"]) {
    const object = { ...storageClassObject(), parameters: { [name]: "PremiumV2_LRS" } };
    assert.equal(projectStorageClass(object).diskType, "PremiumV2_LRS");
  }
  const object = { ...storageClassObject(), parameters: { type: "gp3" } };
  assert.equal(projectStorageClass(object).diskType, undefined);
});
