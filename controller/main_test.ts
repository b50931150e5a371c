import assert from "node:assert/strict";
import manifest from "../deno.json" with { type: "json" };

const REPOSITORY = new URL("../", import.meta.url).pathname;

/** Runs the controller as its task does, with these arguments more. */
async function run(...args: string[]): Promise<{ code: number; out: string; error: string }> {
  const flags = manifest.tasks.controller.split(" ").slice(1);
  const command = new Deno.Command(Deno.execPath(), {
    args: [...flags, ...args],
    cwd: REPOSITORY,
    env: { NO_COLOR: "1" },
  });
  const { code, stdout, stderr } = await command.output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), error: decoder.decode(stderr) };
}

Deno.test("the controller's process tells its usage with --help", async () => {
  const { code, out } = await run("--help");
  assert.equal(code, 0);
  assert.match(out, /^Usage: controller --config FILE/);
});

Deno.test("the controller's process ends with one message where it cannot start", async () => {
  const cases: [string, string[], RegExp][] = [
    ["without --config", [], /^Cannot start: expected --config FILE, found none/],
    ["unknown option", ["--colour"], /^Cannot start: expected .* --help tells, found: .*--colour/],
    ["missing file", ["--config", "/nowhere.yaml"], /nowhere\.yaml/],
    ["no configuration", ["--config", "LICENSE"], /LICENSE/],
  ];
  for (const [what, args, expected] of cases) {
    const { code, out, error } = await run(...args);
    assert.equal(code, 1, what);
    assert.equal(out, "", what);
    const [message = ""] = error.split("\n").filter((line) => /Cannot|nowhere|LICENSE/.test(line));
    assert.match(message, expected, what);
    assert.doesNotMatch(error, /\n\s+at /, what);
  }
});
