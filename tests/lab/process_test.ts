import assert from "node:assert/strict";
import { type LabProcess, startDeno, startProcess } from "./process.ts";
import { waitUntil } from "./wait.ts";

const LIMIT_MS = 10_000;

async function withDirectory(test: (directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    await test(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

function shell(logDirectory: string, script: string): LabProcess {
  return startProcess({ name: "sh", command: "sh", args: ["-c", script], logDirectory });
}

Deno.test("startProcess() keeps lines, JSON records and the log file", async () => {
  await withDirectory(async (directory) => {
    await using process = shell(directory, `echo '{"level":"info"}'; echo plain >&2; printf end`);
    assert.equal((await process.exited).code, 0);
    assert.deepEqual(process.lines.toSorted(), ["end", "plain", '{"level":"info"}']);
    assert.deepEqual(process.records(), [{ level: "info" }]);
    assert.match(await Deno.readTextFile(process.logFile), /^plain$/m);
  });
});

Deno.test("waitForLine() resolves with past and future lines and rejects at the end of the process", async () => {
  await withDirectory(async (directory) => {
    await using process = shell(directory, "echo one; sleep 0.05; echo two; exit 3");
    assert.equal(await process.waitForLine(/^two$/, LIMIT_MS), "two");
    assert.equal(await process.waitForLine(/^one$/, LIMIT_MS), "one");
    await assert.rejects(process.waitForLine(/three/, LIMIT_MS), /ended with code 3.*\n.*one/s);
  });
});

Deno.test("stop() kills a process that does not listen to SIGTERM", async () => {
  await withDirectory(async (directory) => {
    const process = shell(directory, "trap '' TERM; echo ready; while :; do sleep 0.02; done");
    await process.waitForLine(/ready/, LIMIT_MS);
    assert.ok(await process.residentBytes() > 0);
    const status = await process.stop("SIGTERM", 50);
    assert.equal(status.signal, "SIGKILL");
    assert.deepEqual(await process.stop(), status, "stopping twice is harmless");
  });
});

Deno.test("a process dies with the one that started it", async () => {
  await withDirectory(async (directory) => {
    const script = `${directory}/parent.ts`;
    const module = new URL("./process.ts", import.meta.url).href;
    await Deno.writeTextFile(
      script,
      `import { startProcess } from "${module}";
       const child = startProcess({ name: "child", command: "sleep", args: ["60"], logDirectory: "${directory}" });
       console.log("pid " + child.pid);`,
    );
    const config = new URL("../../deno.json", import.meta.url).pathname;
    await using parent = startDeno({
      name: "parent",
      script,
      flags: ["-A", `--config=${config}`],
      logDirectory: directory,
    });
    const pid = (await parent.waitForLine(/^pid /, LIMIT_MS)).slice("pid ".length);
    await parent.stop("SIGKILL");
    await waitUntil("the end of the child", async () => {
      const state = await Deno.readTextFile(`/proc/${pid}/stat`).catch(() => "gone");
      return state === "gone" || / Z /.test(state) ? true : undefined;
    });
  });
});
