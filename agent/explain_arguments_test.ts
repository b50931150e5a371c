import assert from "node:assert/strict";
import { DEFAULT_PGDATA, parseExplainArguments } from "./explain_arguments.ts";
import { CLUSTER_URL } from "./wal/local_operator.ts";

Deno.test("parseExplainArguments() means the pod's instance when it is told nothing", () => {
  assert.deepEqual(parseExplainArguments([]), {
    kind: "explain",
    arguments: {
      pgdata: DEFAULT_PGDATA,
      socket: undefined,
      port: undefined,
      user: undefined,
      instance: undefined,
      operator: CLUSTER_URL,
      intervalMs: 1_000,
      output: "text",
    },
  });
});

Deno.test("parseExplainArguments() reads every option, joined or not", () => {
  const text =
    "--pgdata /d --socket=/s --port 5433 --user me --instance i --operator none --interval=0.5 -o json";
  assert.deepEqual(parseExplainArguments(text.split(" ")), {
    kind: "explain",
    arguments: {
      pgdata: "/d",
      socket: "/s",
      port: 5433,
      user: "me",
      instance: "i",
      operator: "none",
      intervalMs: 500,
      output: "json",
    },
  });
});

for (const option of ["--help", "-h"]) {
  Deno.test(`parseExplainArguments() understands ${option}`, () => {
    assert.deepEqual(parseExplainArguments(["--pgdata", "/d", option]), { kind: "help" });
  });
}

const PROBLEMS: Record<string, RegExp> = {
  "/data": /expected an option, found "\/data"/,
  "--database x": /expected an option, found "--database"/,
  "--pgdata": /--pgdata has no value/,
  "--socket=": /--socket has no value/,
  "--port 0": /--port: expected 1 to 65535, found 0/,
  "--port x": /--port: expected 1 to 65535, found x/,
  "--interval 61": /--interval: expected 0 to 60 seconds, found 61/,
  "--interval soon": /--interval: .* found soon/,
  "--output xml": /--output: expected text or json, found xml/,
  "--operator ?": /--operator: expected a URL or none, found \?/,
};

for (const [text, message] of Object.entries(PROBLEMS)) {
  Deno.test(`parseExplainArguments() refuses ${text}`, () => {
    const request = parseExplainArguments(text.split(" "));
    assert.ok(request.kind === "problem");
    assert.match(request.message, message);
  });
}
