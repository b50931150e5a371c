import assert from "node:assert/strict";

import type { JsonObject } from "../../kube/api.ts";
import { POD } from "../../kube/resources.ts";
import { parseFieldSelector } from "./field_selector.ts";
import { parseLabelSelector } from "./label_selector.ts";

function labelled(labels: JsonObject): JsonObject {
  return { metadata: { labels } };
}

Deno.test("parseLabelSelector() reads equality, sets and presence", () => {
  const object = labelled({ app: "db", "cnpg.io/cluster": "one", empty: "", rank: "2" });
  const cases: readonly [string | undefined, boolean][] = [
    [undefined, true],
    ["", true],
    ["app=db", true],
    ["app==db", true],
    ["app = db", true],
    ["app!=db", false],
    ["other!=db", true],
    ["app=db,cnpg.io/cluster=two", false],
    ["app in (web, db),cnpg.io/cluster", true],
    ["app in (web)", false],
    ["app notin (web)", true],
    ["app notin (web,db)", false],
    ["other notin (web)", true],
    ["!other", true],
    ["!app", false],
    ["other", false],
    ["empty=", true],
    ["app=", false],
    ["toString", false],
    ["rank>1", true],
    ["rank>2", false],
    ["rank<3", true],
    ["app>1", false],
  ];
  for (const [text, expected] of cases) {
    assert.equal(parseLabelSelector(text)(object), expected, `${text}`);
  }
});

Deno.test("selectors that cannot be read are answered 400", () => {
  for (const text of ["a=b=c", "a in b", "a in (b", ",", "a,,b", "a>b", "a b", "a=("]) {
    assert.throws(() => parseLabelSelector(text), { name: "ApiError", code: 400 }, text);
  }
  for (const text of ["spec.hostname=x", "metadata.labels=x", "metadata.name"]) {
    assert.throws(() => parseFieldSelector(POD, text), { name: "ApiError", code: 400 }, text);
  }
});

Deno.test("parseFieldSelector() compares the fields that a kind offers, absent ones as empty", () => {
  const object = {
    metadata: { name: "p", namespace: "a" },
    spec: { nodeName: "n1" },
    status: { phase: "Running" },
  };
  const cases: readonly [string | undefined, boolean][] = [
    [undefined, true],
    ["metadata.name=p", true],
    ["metadata.name==q", false],
    ["metadata.namespace=a,status.phase!=Pending", true],
    ["spec.nodeName=n2", false],
    ["status.podIP=", true],
  ];
  for (const [text, expected] of cases) {
    assert.equal(parseFieldSelector(POD, text)(object), expected, `${text}`);
  }
});
