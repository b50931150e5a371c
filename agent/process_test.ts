/**
 * Runs the shipped processes under their shipped flags against a real HTTPS server.
 */

import assert from "node:assert/strict";
import { agentArguments, supervisorArguments } from "./child_command.ts";
import { accessNeeds } from "./config.ts";
import { readConfig } from "./settings.ts";
import { answerWith } from "./testing/builders.ts";
import { type FakeController, startFakeController } from "./testing/fake_controller.ts";

const PROGRAM = new URL("./main.ts", import.meta.url).href;

/** Longer than a process needs to end, shorter than the supervisor's patience with a hung one. */
const END_MS = 4_000;

/** Enough for a process to start on a loaded machine. */
const LOG_MS = 20_000;

interface Pod extends AsyncDisposable {
  readonly controller: FakeController;
  readonly configFile: string;
  writeConfig(url: string): Promise<void>;
}

/** A directory that looks like a pod to the agent, and a controller to report to. */
async function createPod(): Promise<Pod> {
  const directory = await Deno.makeTempDir();
  const root = `${directory}/root`;
  for (const path of ["data", "wal", "tablespaces/fast"]) {
    await Deno.mkdir(`${root}/var/lib/postgresql/${path}`, { recursive: true });
  }
  const controller = await startFakeController(directory, answerWith());
  // As kubelet does: the token is a link into a directory that is swapped as a whole.
  await Deno.mkdir(`${directory}/..data`);
  await Deno.writeTextFile(`${directory}/..data/token`, "hush-hush\n");
  await Deno.symlink("..data/token", `${directory}/token`);
  const configFile = `${directory}/agent.yaml`;
  return {
    controller,
    configFile,
    writeConfig: (url) =>
      Deno.writeTextFile(
        configFile,
        `controller:
  url: ${url}
  caFile: ${directory}/ca.crt
  tokenFile: ${directory}/token
root: ${root}
intervals: { sampleMs: 200, repeatMs: 2000 }
pod: { namespace: db, name: pg-1 }
`,
      ),
    async [Symbol.asyncDispose](): Promise<void> {
      await controller[Symbol.asyncDispose]();
      await Deno.remove(directory, { recursive: true });
    },
  };
}

/** A process whose log can be read; killed at the end of the test if it is still there. */
class Process implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #reading: Promise<void>;
  log = "";

  constructor(args: readonly string[]) {
    this.#child = new Deno.Command(Deno.execPath(), {
      args: [...args],
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.#reading = this.#read();
  }

  async #read(): Promise<void> {
    for await (const text of this.#child.stdout.pipeThrough(new TextDecoderStream())) {
      this.log += text;
    }
  }

  /** Waits until the log holds `text`. */
  async says(text: string): Promise<void> {
    const late = AbortSignal.timeout(LOG_MS);
    while (!this.log.includes(text)) {
      late.throwIfAborted();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  kill(signal: Deno.Signal): void {
    this.#child.kill(signal);
  }

  /** Sends a signal; gives the status the process ends with and how long that took. */
  async end(signal: Deno.Signal): Promise<{ code: number; tookMs: number }> {
    const startMs = performance.now();
    this.#child.kill(signal);
    const { code } = await this.#child.status;
    return { code, tookMs: performance.now() - startMs };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended, as it should.
    }
    await this.#child.status;
    await this.#reading;
  }
}

function supervise(configFile: string): Process {
  return new Process(supervisorArguments(Deno.execPath(), PROGRAM, configFile));
}

/** Process ids of the agents that a supervisor has started, by its log. */
function agentsOf(log: string): number[] {
  return [...log.matchAll(/"pid":(\d+).*"message":"The agent was started"/g)].map(([, pid]) =>
    Number(pid)
  );
}

Deno.test("run measures and reports under exactly the permissions it is shipped with", async () => {
  await using pod = await createPod();
  const { controller } = pod;
  await pod.writeConfig(controller.url);
  const source = { file: pod.configFile, environment: {}, readTextFile: Deno.readTextFile };
  // Every volume of this machine is below such a trip.
  const trip = { role: "data", availableBelowBytes: Number.MAX_SAFE_INTEGER };
  controller.answer = answerWith([trip], { wantHistory: true });
  const { config, problems } = await readConfig(source);
  assert.deepEqual(problems, []);
  const needs = accessNeeds(config, pod.configFile);
  await using agent = new Process(agentArguments(PROGRAM, needs, pod.configFile));

  const first = await controller.waitFor(({ report }) => report.cause === "start");
  assert.equal(first.authorization, "Bearer hush-hush");
  assert.deepEqual(first.report.volumes.map(({ role }) => role), ["data", "wal", "tbs:fast"]);
  assert.deepEqual(first.report.unreadable, []);
  assert.deepEqual(first.report.degraded, []);
  assert.deepEqual(first.report.pod, { namespace: "db", name: "pg-1" });
  const [data] = first.report.volumes;
  assert.ok(data !== undefined && data.deviceBytes > 0 && data.ageMs < 5_000);

  const { report } = await controller.waitFor(({ report }) => report.cause === "order");
  assert.ok(report.sequence > first.report.sequence);
  assert.equal(report.history?.length, 3);
  await controller.waitFor(({ report }) => report.cause === "repeat");

  const { code, tookMs } = await agent.end("SIGTERM");
  assert.equal(code, 0);
  assert.ok(tookMs < END_MS, `${tookMs} ms`);
  assert.doesNotMatch(agent.log, /hush/);
});

Deno.test("supervise restarts an agent that was killed and ends with 0 on SIGTERM", async () => {
  await using pod = await createPod();
  await pod.writeConfig(pod.controller.url);
  await using supervisor = supervise(pod.configFile);
  const first = await pod.controller.waitFor(({ report }) => report.cause === "start");
  await supervisor.says("The agent was started");
  const [pid] = agentsOf(supervisor.log);
  assert.ok(pid !== undefined);
  Deno.kill(pid, "SIGKILL");
  const second = await pod.controller.waitFor(({ report }) =>
    report.cause === "start" && report.session !== first.report.session
  );
  assert.deepEqual(second.report.degraded, []);
  assert.match(supervisor.log, /was ended by SIGKILL/);

  const { code, tookMs } = await supervisor.end("SIGTERM");
  assert.equal(code, 0);
  assert.ok(tookMs < END_MS, `${tookMs} ms`);
  const last = agentsOf(supervisor.log).at(-1);
  assert.ok(last !== undefined && last !== pid);
  assert.throws(() => Deno.kill(last, "SIGTERM"), "the agent is gone with its supervisor");
});

Deno.test("supervise gives the agent new permissions when a wrong configuration is mended", async () => {
  await using pod = await createPod();
  await pod.writeConfig("http://plain");
  await using supervisor = supervise(pod.configFile);
  await supervisor.says("controller.url is replaced");
  assert.equal(pod.controller.received.length, 0);
  await pod.writeConfig(pod.controller.url);
  supervisor.kill("SIGHUP");
  const { report } = await pod.controller.waitFor(({ report }) => report.cause === "start");
  assert.deepEqual(report.degraded, []);
  assert.equal(agentsOf(supervisor.log).length, 2);
  assert.equal((await supervisor.end("SIGINT")).code, 0);
});

Deno.test("supervise ends on SIGTERM though nobody reads what it prints", async () => {
  await using pod = await createPod();
  await pod.writeConfig(pod.controller.url);
  const trip = { role: "data", availableBelowBytes: Number.MAX_SAFE_INTEGER };
  pod.controller.answer = answerWith([trip]);
  const child = new Deno.Command(Deno.execPath(), {
    args: [...supervisorArguments(Deno.execPath(), PROGRAM, pod.configFile)],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  await pod.controller.waitFor(({ report }) => report.cause === "start");
  using pipe = await Deno.open(`/proc/${child.pid}/fd/1`, { write: true });
  // More than a pipe holds: this write lasts until the reader is gone.
  const filling = pipe.write(new Uint8Array(4 * 1_024 ** 2)).catch(() => {});
  await pod.controller.waitFor(({ report }) => report.cause === "repeat");
  const startMs = performance.now();
  child.kill("SIGTERM");
  const late = setTimeout(() => child.kill("SIGKILL"), 2 * END_MS);
  const { code } = await child.status;
  clearTimeout(late);
  assert.equal(code, 0);
  assert.ok(performance.now() - startMs < END_MS);
  await child.stdout.cancel();
  await filling;
});
