import assert from "node:assert/strict";
import { permissionFlags } from "../agent/permissions.ts";
import { parseConfig } from "../controller/config/parse_config.ts";
import { permissionsOf } from "./permissions.ts";

const CONFIG = await Deno.readTextFile(new URL("../deno.json", import.meta.url));

function names(task: string): string[] {
  return permissionsOf(CONFIG, task).map(({ name }) => name);
}

Deno.test("the controller may not run programs or do everything", () => {
  const allowed = names("controller");
  for (const name of ["all", "run", "ffi"]) {
    assert.equal(allowed.includes(name), false, name);
  }
});

Deno.test("the controller may write where its history is by default, and nowhere else", () => {
  const write = permissionsOf(CONFIG, "controller").find(({ name }) => name === "write");
  assert.deepEqual(write?.values, [parseConfig("", "empty").persistence.directory]);
});

Deno.test("the agent may not do everything", () => {
  const allowed = names("agent");
  for (const name of ["all", "ffi"]) assert.equal(allowed.includes(name), false, name);
});

Deno.test("the agent's task lets it read the variables that its supervisor would", () => {
  const environment = permissionsOf(CONFIG, "agent").find(({ name }) => name === "env");
  const flags = permissionFlags({ root: "/", files: [] });
  assert.equal(flags.includes(`--allow-env=${environment?.values.join(",")}`), true);
});

Deno.test("no process reads the whole environment or runs just any program", () => {
  for (const task of ["controller", "agent"]) {
    for (const { name, values } of permissionsOf(CONFIG, task)) {
      if (name === "env" || name === "run" || name === "sys") {
        assert.notEqual(values.length, 0, name);
      }
    }
  }
});

Deno.test("permissionsOf() reads names and values", () => {
  const config = JSON.stringify({ tasks: { a: "deno run --allow-env=A,B --allow-net main.ts" } });
  assert.deepEqual(permissionsOf(config, "a"), [
    { name: "env", values: ["A", "B"] },
    { name: "net", values: [] },
  ]);
});

Deno.test("permissionsOf() sees -A and refuses other short flags", () => {
  const config = JSON.stringify({ tasks: { a: "deno run -A main.ts", b: "deno run -RW main.ts" } });
  assert.deepEqual(permissionsOf(config, "a"), [{ name: "all", values: [] }]);
  assert.throws(() => permissionsOf(config, "b"), TypeError);
});

Deno.test("permissionsOf() refuses a task that is missing or more than one command", () => {
  const config = JSON.stringify({ tasks: { a: "deno run a.ts && deno run -A b.ts" } });
  assert.throws(() => permissionsOf(config, "a"), TypeError);
  assert.throws(() => permissionsOf(config, "b"), /found "none"/);
});
