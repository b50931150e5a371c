import assert from "node:assert/strict";
import { createFakeClock, settle } from "../kube/testing/fake_clock.ts";
import { createRecordingLogger } from "../kube/testing/recording_logger.ts";
import { parseCommandLine } from "./command_line.ts";
import { permissionFlags } from "./permissions.ts";
import type { ChildProcess } from "./supervise.ts";
import { INQUIRY_DEADLINE_MS, superviseAgent } from "./supervise_main.ts";

const NEEDS = { root: "/mnt", controllerHost: "controller:443", files: ["/token"] };

/** Starts a supervisor; gives the arguments of the agents that it starts. */
async function start(
  output: (args: readonly string[], signal: AbortSignal) => Promise<string>,
  args = ["supervise", "--config=/agent.yaml"],
  waitMs = 0,
): Promise<{ started: readonly string[][]; messages: readonly string[] }> {
  const clock = createFakeClock();
  const logger = createRecordingLogger();
  const started: string[][] = [];
  const stop = new AbortController();
  const ended = Promise.withResolvers<string>();
  const done = superviseAgent(parseCommandLine(args), {
    clock,
    logger,
    program: "file:///agent.js",
    startDeno(startArgs): ChildProcess {
      started.push([...startArgs]);
      return { pid: 1, ended: ended.promise, signal: () => ended.resolve("ended") };
    },
    outputOfDeno: output,
  }).run(stop.signal);
  await settle();
  await clock.advance(waitMs);
  stop.abort();
  await done;
  return { started, messages: logger.lines.map(({ message }) => message) };
}

Deno.test("superviseAgent() starts the agent with exactly the permissions its configuration needs", async () => {
  let inquiry: readonly string[] = [];
  const { started } = await start((args) => {
    inquiry = args;
    return Promise.resolve(JSON.stringify(NEEDS));
  });
  assert.deepEqual(inquiry.slice(-3), ["file:///agent.js", "access", "--config=/agent.yaml"]);
  assert.ok(!inquiry.some((arg) => arg.startsWith("--allow-net")));
  const agent = started[0] ?? [];
  const allowed = agent.filter((arg) => /^--(allow|no-prompt|cached-only)/.test(arg));
  assert.deepEqual(allowed, permissionFlags(NEEDS));
  assert.deepEqual(agent.slice(agent.indexOf("file:///agent.js") + 1), [
    "run",
    "--config=/agent.yaml",
    `--granted=${JSON.stringify(NEEDS)}`,
  ]);
});

Deno.test("superviseAgent() starts the agent without an address when nobody says what it needs", async () => {
  const { started, messages } = await start(() => Promise.reject(new Error("status 1")));
  assert.ok(!started[0]?.some((arg) => arg.startsWith("--allow-net")));
  assert.ok(messages.some((message) => message.includes("permissions are unknown")));
});

Deno.test("superviseAgent() does not wait for an inquiry that hangs", async () => {
  const { started } = await start(
    (_, signal) =>
      new Promise((_resolve, reject) =>
        signal.addEventListener("abort", () => reject(signal.reason))
      ),
    ["supervise"],
    INQUIRY_DEADLINE_MS,
  );
  assert.equal(started.length, 1);
});

Deno.test("superviseAgent() hands problems of its command line to the agent", async () => {
  const { started, messages } = await start(() => Promise.resolve(JSON.stringify(NEEDS)), ["oops"]);
  assert.ok(started[0]?.at(-1)?.startsWith("--problem=Unknown command"));
  assert.ok(messages.includes("The agent is degraded"));
});
