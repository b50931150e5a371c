import assert from "node:assert/strict";
import type { JsonObject } from "../../../kube/api.ts";
import { STORAGE_CLASS } from "../../../kube/resources.ts";
import { refusal } from "./testing/refusal.ts";

const CLASS = { metadata: { name: "c" }, provisioner: "a", parameters: { x: "1" } };

const CLASS_CHANGES: readonly (readonly [string, JsonObject, string])[] = [
  ["lets a class allow expansion", { allowVolumeExpansion: true }, ""],
  ["refuses another provisioner", { provisioner: "b" }, 'provisioner: Invalid value: "b"'],
  ["refuses other parameters", { parameters: { x: "2" } }, 'parameters: Invalid value: {"x":"2"}'],
  [
    "refuses a class without its parameters",
    { parameters: undefined },
    "parameters: Invalid value: null",
  ],
];

for (const [what, change, text] of CLASS_CHANGES) {
  Deno.test(`admissions() ${what}`, () => {
    const start = '422 Invalid: StorageClass.storage.k8s.io "c" is invalid: ';
    assert.equal(
      refusal(STORAGE_CLASS, "c", { object: { ...CLASS, ...change }, previous: CLASS }),
      text === "" ? "" : `${start}${text}: field is immutable`,
    );
  });
}
