import assert from "node:assert/strict";

import { acceptsAggregatedDiscovery, negotiate } from "./negotiate.ts";

const forms: readonly (readonly [string, string])[] = [
  ["", "object"],
  ["*/*", "object"],
  ["application/json, */*", "object"],
  ["application/json;as=Table;v=v1;g=meta.k8s.io,application/json", "table"],
  ["application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json", "object"],
  ["application/json; as=PartialObjectMetadataList; v=v1; g=meta.k8s.io", "metadata"],
  ["application/vnd.kubernetes.protobuf,application/json", "object"],
  [
    "application/vnd.kubernetes.protobuf;as=PartialObjectMetadata;g=meta.k8s.io;v=v1," +
    "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json",
    "metadata",
  ],
];

for (const [accept, form] of forms) {
  Deno.test(`negotiate() serves ${form} for ${JSON.stringify(accept)}`, () => {
    assert.equal(negotiate(accept), form);
  });
}

for (
  const accept of ["application/vnd.kubernetes.protobuf", "text/html", "application/json;as=X"]
) {
  Deno.test(`negotiate() refuses ${accept}`, () => {
    assert.throws(() => negotiate(accept), { code: 406, reason: "NotAcceptable" });
  });
}

Deno.test("acceptsAggregatedDiscovery() looks for version 2", () => {
  const version2 = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
  assert.equal(acceptsAggregatedDiscovery(`${version2},application/json`), true);
  assert.equal(acceptsAggregatedDiscovery(version2.replace("v=v2;", "v=v2beta1;")), false);
  assert.equal(acceptsAggregatedDiscovery("application/json"), false);
});
