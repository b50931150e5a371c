import assert from "node:assert/strict";
import { compileArguments } from "./compile.ts";

Deno.test("compileArguments() builds in the permissions of the task and no others", () => {
  const config = JSON.stringify({
    tasks: { agent: "deno run --no-prompt --allow-read --allow-env=A,B agent/main.ts" },
  });
  assert.deepEqual(compileArguments(config, "agent", "x86_64-unknown-linux-gnu", "dist/agent"), [
    "compile",
    "--no-prompt",
    "--allow-read",
    "--allow-env=A,B",
    "--target=x86_64-unknown-linux-gnu",
    "--output=dist/agent",
    "agent/main.ts",
  ]);
});

Deno.test("compileArguments() compiles another module where one is named", () => {
  const config = JSON.stringify({ tasks: { plugin: "deno run --allow-net plugin/main.ts" } });
  const args = compileArguments(config, "plugin", "t", "dist/o", "dist/plugin/main.js");
  assert.equal(args.at(-1), "dist/plugin/main.js");
});
