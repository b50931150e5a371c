import assert from "node:assert/strict";
import { permissionsOf } from "./permissions.ts";
import { completionScript, installDirectory, launcherScript } from "./plugin_launcher.ts";

Deno.test("the plugin may not write files or load libraries", async () => {
  const config = await Deno.readTextFile(new URL("../deno.json", import.meta.url));
  assert.deepEqual(permissionsOf(config, "plugin").map(({ name }) => name).sort(), [
    "env",
    "net",
    "read",
    "run",
    "sys",
  ]);
});

Deno.test("launcherScript() starts the bundle with the permissions and no package", () => {
  const script = launcherScript({
    program: "/opt/jane's/main.js",
    runtime: "/usr/bin/deno",
    permissions: [{ name: "net", values: [] }, { name: "env", values: ["A", "B"] }],
  });
  const run = "run --no-prompt --no-config --no-npm --no-remote --allow-net --allow-env=A,B " +
    `'/opt/jane'\\''s/main.js' "$@"`;
  assert.ok(script.startsWith("#!/bin/sh\n"));
  assert.ok(script.includes(`exec "$runtime" ${run}\n`));
  assert.ok(script.includes(`exec npx -y deno@2.9.6 ${run}\n`));
});

Deno.test("completionScript() keeps what goes wrong out of the prompt", () => {
  assert.match(completionScript("/bin/x"), /exec '\/bin\/x' __complete "\$@" 2>\/dev\/null\n$/);
});

const PATH = "/usr/bin:/home/jane/sealed:/home/jane/bin:/home/jane/other";

Deno.test("installDirectory() takes the first writable directory of PATH below the home", async () => {
  const isWritable = (directory: string) => Promise.resolve(!directory.endsWith("sealed"));
  assert.equal(await installDirectory(PATH, "/home/jane", isWritable), "/home/jane/bin");
  assert.equal(
    await installDirectory("/usr/bin", "/home/jane", isWritable),
    "/home/jane/.local/bin",
  );
  assert.equal(await installDirectory(PATH, "/home/j", isWritable), "/home/j/.local/bin");
});
