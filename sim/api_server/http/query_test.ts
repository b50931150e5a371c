import assert from "node:assert/strict";

import { fieldValidation, isDryRun, isWatch, listQuery, watchParameters } from "./query.ts";

Deno.test("listQuery() reads every parameter and takes empty ones for absent", () => {
  const search = new URLSearchParams(
    "labelSelector=a%3Db&fieldSelector=&limit=5&continue=c&resourceVersion=7" +
      "&resourceVersionMatch=Exact",
  );
  assert.deepEqual(listQuery(search, "ns"), {
    namespace: "ns",
    labelSelector: "a=b",
    fieldSelector: undefined,
    limit: 5,
    continue: "c",
    resourceVersion: "7",
    resourceVersionMatch: "Exact",
  });
});

Deno.test("listQuery() takes a limit of 0 for none", () => {
  assert.equal(listQuery(new URLSearchParams("limit=0"), undefined).limit, undefined);
});

for (const query of ["limit=many", "limit=-1"]) {
  Deno.test(`listQuery() refuses ${query}`, () => {
    assert.throws(() => listQuery(new URLSearchParams(query), undefined), { code: 400 });
  });
}

const watches = [
  { query: "", initial: true, announces: false, version: undefined },
  { query: "resourceVersion=0", initial: true, announces: false, version: undefined },
  { query: "resourceVersion=7", initial: undefined, announces: false, version: "7" },
  {
    query: "sendInitialEvents=true&resourceVersionMatch=NotOlderThan",
    initial: true,
    announces: true,
    version: undefined,
  },
  {
    query: "sendInitialEvents=false&resourceVersionMatch=NotOlderThan&resourceVersion=7",
    initial: undefined,
    announces: false,
    version: "7",
  },
] as const;

for (const { query, initial, announces, version } of watches) {
  Deno.test(`watchParameters() understands ${JSON.stringify(query)}`, () => {
    const parameters = watchParameters(new URLSearchParams(query), undefined);
    assert.equal(parameters.query.sendInitialEvents, initial);
    assert.equal(parameters.announceInitialEnd, announces);
    assert.equal(parameters.query.resourceVersion, version);
    assert.equal(parameters.query.timeoutSeconds, 1_800);
    assert.equal(parameters.allowBookmarks, false);
  });
}

for (const query of ["sendInitialEvents=true", "resourceVersionMatch=NotOlderThan"]) {
  Deno.test(`watchParameters() refuses ${query} alone`, () => {
    const search = new URLSearchParams(query);
    assert.throws(() => watchParameters(search, undefined), { code: 422, reason: "Invalid" });
  });
}

Deno.test("isWatch() goes by the value", () => {
  const texts = ["watch=true", "watch=1", "watch", "watch=false", "watch=0", ""];
  const answers = texts.map((text) => isWatch(new URLSearchParams(text)));
  assert.deepEqual(answers, [true, true, true, false, false, false]);
});

Deno.test("isDryRun() knows one stage", () => {
  assert.equal(isDryRun([], "CreateOptions"), false);
  assert.equal(isDryRun(["All"], "CreateOptions"), true);
  assert.throws(() => isDryRun(["All", "Some"], "CreateOptions"), { code: 422 });
});

Deno.test("fieldValidation() warns unless told otherwise", () => {
  assert.equal(fieldValidation(new URLSearchParams(), "CreateOptions"), "Warn");
  assert.equal(
    fieldValidation(new URLSearchParams("fieldValidation=Strict"), "CreateOptions"),
    "Strict",
  );
  const search = new URLSearchParams("fieldValidation=Lax");
  assert.throws(() => fieldValidation(search, "CreateOptions"), { code: 422 });
});
