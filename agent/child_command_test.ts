import assert from "node:assert/strict";
import { agentArguments, inquiryArguments, supervisorArguments } from "./child_command.ts";

const NEEDS = { root: "/", files: ["/token"] };

/** Every flag that gives a right, and every one that limits memory. */
function flagNames(args: readonly string[], program: string): string[] {
  return args.slice(1, args.indexOf(program)).map((arg) => arg.split("=")[0] ?? "");
}

Deno.test("supervisorArguments() limits memory and allows nothing but to start deno", () => {
  const args = supervisorArguments("/bin/deno", "file:///a.js", "/agent.yaml");
  assert.deepEqual(flagNames(args, "file:///a.js"), [
    "--quiet",
    "--v8-flags",
    "--no-prompt",
    "--cached-only",
    "--allow-run",
  ]);
  assert.deepEqual(args.slice(-2), ["supervise", "--config=/agent.yaml"]);
});

Deno.test("agentArguments() gives no right to write, to start programs or to everything", () => {
  const args = agentArguments("file:///a.js", { ...NEEDS, controllerHost: "c:1" }, undefined, [
    "x",
  ]);
  assert.deepEqual(flagNames(args, "file:///a.js"), [
    "--quiet",
    "--v8-flags",
    "--no-prompt",
    "--cached-only",
    "--allow-net",
    "--allow-read",
    "--allow-sys",
    "--allow-env",
  ]);
  assert.equal(args.at(-1), "--problem=x");
  assert.ok(!args.some((arg) => arg.startsWith("--config")));
});

Deno.test("inquiryArguments() gives no right to reach anybody", () => {
  const args = inquiryArguments("file:///a.js", "/agent.yaml");
  assert.deepEqual(flagNames(args, "file:///a.js"), [
    "--quiet",
    "--v8-flags",
    "--no-prompt",
    "--cached-only",
    "--allow-read",
    "--allow-env",
  ]);
  assert.deepEqual(args.slice(-2), ["access", "--config=/agent.yaml"]);
});
