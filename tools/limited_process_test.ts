import assert from "node:assert/strict";
import { type ProcessEnd, type ProcessLimits, runLimited } from "./limited_process.ts";

/** Runs a script of the shell; gives how it ended and what it said. */
async function run(script: string, limits: ProcessLimits): Promise<[ProcessEnd, string]> {
  const decoder = new TextDecoder();
  let said = "";
  const end = await runLimited("sh", ["-c", script], limits, (bytes) => {
    said += decoder.decode(bytes, { stream: true });
  });
  return [end, said];
}

const PATIENT = { totalMs: 60_000, silenceMs: 60_000 };

Deno.test("runLimited() hands on what the program says and tells how it ended", async () => {
  assert.deepEqual(await run("echo a; echo b", PATIENT), [
    { success: true, problem: undefined },
    "a\nb\n",
  ]);
  const [end] = await run("exit 3", PATIENT);
  assert.deepEqual(end, { success: false, problem: undefined });
});

Deno.test("runLimited() interrupts a program that falls silent, and hears its last words", async () => {
  const script = `trap 'echo pending; exit 0' INT; echo begun; while :; do sleep 0.01; done`;
  assert.deepEqual(await run(script, { totalMs: 60_000, silenceMs: 100 }), [
    { success: false, problem: "said nothing for 0.1 s" },
    "begun\npending\n",
  ]);
});

Deno.test("runLimited() interrupts a program that takes too long, however much it says", async () => {
  const [end] = await run("while :; do echo more; sleep 0.01; done", { totalMs: 200 });
  assert.deepEqual(end, { success: false, problem: "did not end within 0.2 s" });
});

Deno.test("runLimited() lets a program begin as slowly as it likes", async () => {
  const [end] = await run("sleep 0.2; echo begun", { totalMs: 60_000, silenceMs: 50 });
  assert.equal(end.success, true);
});
