import assert from "node:assert/strict";
import { waitForHttp } from "./http_ready.ts";
import { startProcess } from "./process.ts";

const LIMIT_MS = 10_000;

Deno.test("waitForHttp() waits for success, and gives up when the process has ended", async () => {
  let asked = 0;
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, () => {
    asked++;
    return new Response(null, { status: asked < 3 || asked > 3 ? 503 : 200 });
  });
  const url = `http://127.0.0.1:${server.addr.port}/`;
  const logDirectory = await Deno.makeTempDir();
  await using sleeper = startProcess({
    name: "s",
    command: "sh",
    args: ["-c", "echo why; sleep 5"],
    logDirectory,
  });
  await sleeper.waitForLine(/why/, LIMIT_MS);
  assert.ok(await waitForHttp(sleeper, url, { limitMs: LIMIT_MS }) > 0);
  assert.equal(asked, 3);
  const refused = assert.rejects(waitForHttp(sleeper, url, { limitMs: LIMIT_MS }), /log:\nwhy/);
  await sleeper.stop();
  await refused;
  await Deno.remove(logDirectory, { recursive: true });
});
