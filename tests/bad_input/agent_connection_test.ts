/**
 * What an agent says of a controller that is not one, or that it has no reason to trust.
 *
 * @module
 */

import assert from "node:assert/strict";
import { buildReport } from "../../agent/build_report.ts";
import { type ControllerConfig, createReportSender } from "../../agent/send_report.ts";
import { serveTls } from "../../controller/serve/mod.ts";
import { testFile } from "../../controller/serve/testing/test_file.ts";
import { createDenoTransport } from "../../kube/deno_transport.ts";
import { systemClock } from "../../kube/system_clock.ts";
import { createRecordingLogger } from "../../kube/testing/recording_logger.ts";

const HOST = "127.0.0.1";
const TOKEN = "hush-hush";

const REPORT = buildReport({ cause: "start", measurements: [], withHistory: false }, {
  nowMs: 0,
  agentVersion: "0",
  session: "s",
  sequence: 0,
  pod: {},
  problems: [],
  history: () => [],
});

const ANSWER = JSON.stringify({ format: 1, trips: [], intervalMs: 30_000, wantHistory: false });

/** The certificate of another authority. */
const OTHERS = "first.crt";

interface Controller {
  readonly server: Awaited<ReturnType<typeof serveTls>>;
  readonly authorizations: (string | null)[];
}

async function startController(body: string, status = 200): Promise<Controller> {
  const authorizations: (string | null)[] = [];
  const server = await serveTls({
    app: {
      fetch(request): Response {
        authorizations.push(request.headers.get("Authorization"));
        return new Response(body, { status });
      },
    },
    tls: { certFile: "first.crt", keyFile: "first.key" },
    readTextFile: testFile,
    clock: systemClock,
    logger: createRecordingLogger(),
    host: HOST,
    port: 0,
  });
  return { server, authorizations };
}

/** Sends one report as the agent does; gives what it would log, or undefined where the report was taken. */
async function problemOf(controller: ControllerConfig): Promise<string | undefined> {
  const sender = createReportSender({
    clock: systemClock,
    controller: () => controller,
    readTextFile: () => Promise.resolve(TOKEN),
    openTransport: ({ url, ca, caFile }) =>
      createDenoTransport(
        {
          server: url,
          caCertificates: ca === undefined ? undefined : [ca],
          caFile,
          token: { kind: "none" },
        },
        { clock: systemClock, readTextFile: Deno.readTextFile },
      ),
  });
  const outcome = await sender.send(REPORT, new AbortController().signal);
  sender.close();
  return outcome.kind === "answered" ? undefined : outcome.problem;
}

Deno.test("an agent shows its token to no controller whose certificate it cannot verify", async () => {
  const { server, authorizations } = await startController(ANSWER);
  const url = `https://${HOST}:${server.port}`;
  const authority = await testFile("authority.crt");
  const cases: [string, ControllerConfig, RegExp][] = [
    ["no authority", { url, tokenFile: "t" }, /certificate|issuer/i],
    ["another's", { url, tokenFile: "t", ca: await testFile(OTHERS) }, /certificate|issuer/i],
    ["none at all", { url, tokenFile: "t", ca: "not a certificate" }, /certificate|PEM/i],
    ["a file that is not there", { url, tokenFile: "t", caFile: "/nowhere/ca.crt" }, /nowhere/],
    [
      "no TLS",
      { url: url.replace("https", "http"), tokenFile: "t", ca: authority },
      /Cannot send the report/,
    ],
  ];
  for (const [what, controller, expected] of cases) {
    const problem = await problemOf(controller);
    assert.match(problem ?? "", expected, what);
    assert.doesNotMatch(problem ?? "", /hush/, what);
  }
  assert.deepEqual(authorizations, []);
  assert.equal(await problemOf({ url, tokenFile: "t", ca: authority }), undefined);
  assert.deepEqual(authorizations, [`Bearer ${TOKEN}`]);
  await server.shutdown(0);
});

Deno.test("an agent takes nothing but an answer for an answer", async () => {
  const ca = await testFile("authority.crt");
  const cases: [string, number, RegExp][] = [
    ["<!DOCTYPE html><title>Sign in</title>", 200, /is not one/],
    ["", 200, /is not one/],
    ["[".repeat(20_000), 200, /is not one/],
    [
      `${ANSWER.slice(0, -1)},"trips":[{"role":"data","availableBelowBytes":-1}]}`,
      200,
      /is not one/,
    ],
    [ANSWER.replace("30000", "1"), 200, /is not one/],
    ["x".repeat(2 ** 20), 200, /at most 65536 bytes/],
    ["<html>Bad Gateway</html>", 502, /found 502 <html>/],
  ];
  for (const [body, status, expected] of cases) {
    const { server } = await startController(body, status);
    const problem = await problemOf({ url: `https://${HOST}:${server.port}`, tokenFile: "t", ca });
    assert.match(problem ?? "", expected, body.slice(0, 40));
    await server.shutdown(0);
  }
});
