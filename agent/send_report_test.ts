import assert from "node:assert/strict";
import { createFakeClock, type FakeClock, settle } from "../kube/testing/fake_clock.ts";
import type { Transport, TransportRequest } from "../kube/transport.ts";
import { buildReport } from "./build_report.ts";
import type { SendOutcome } from "./outbox.ts";
import {
  ANSWER_BYTES_MAX,
  type ControllerConfig,
  createReportSender,
  type ReportSender,
  SEND_DEADLINE_MS,
} from "./send_report.ts";
import { answerWith } from "./testing/builders.ts";

const REPORT = buildReport({ cause: "start", measurements: [], withHistory: false }, {
  nowMs: 0,
  agentVersion: "0.1.0",
  session: "s",
  sequence: 0,
  pod: {},
  problems: [],
  history: () => [],
});

const CONTROLLER: ControllerConfig = { url: "https://controller:8443", tokenFile: "/token" };

type Respond = (request: TransportRequest, signal: AbortSignal) => Promise<Response>;

interface World {
  readonly sender: ReportSender;
  readonly clock: FakeClock;
  readonly requests: TransportRequest[];
  readonly calls: string[];
  controller: ControllerConfig;
  /** `hangs`: it cannot be read to its end. */
  token: string | undefined;
}

function setUp(respond: Respond): World {
  const clock = createFakeClock();
  const requests: TransportRequest[] = [];
  const calls: string[] = [];
  const world: World = {
    clock,
    requests,
    calls,
    controller: CONTROLLER,
    token: "hush-hush\n",
    sender: createReportSender({
      clock,
      controller: () => world.controller,
      readTextFile(path): Promise<string> {
        calls.push(`read ${path}`);
        if (world.token === "hangs") return new Promise(() => {});
        return world.token === undefined
          ? Promise.reject(new Error(`no such file ${path}`))
          : Promise.resolve(world.token);
      },
      openTransport({ url }): Transport {
        calls.push(`open ${url}`);
        return {
          send(request, signal): Promise<Response> {
            requests.push(request);
            return respond(request, signal);
          },
          renew: () => calls.push("renew"),
          close: () => calls.push("close"),
        };
      },
    }),
  };
  return world;
}

function respondWith(body: string, init: ResponseInit = {}): Respond {
  return () => Promise.resolve(new Response(body, init));
}

function connectionCalls({ calls }: World): string[] {
  return calls.filter((call) => !call.startsWith("read"));
}

function send({ sender }: World): Promise<SendOutcome<unknown>> {
  return sender.send(REPORT, new AbortController().signal);
}

Deno.test("send() posts the report with the token and gives the answer", async () => {
  const answer = answerWith([{ role: "data", availableBelowBytes: 5 }]);
  const world = setUp(respondWith(JSON.stringify(answer)));
  assert.deepEqual(await send(world), { kind: "answered", answer });
  const [request] = world.requests;
  assert.equal(request?.url, "https://controller:8443/v1/reports");
  assert.equal(request?.method, "POST");
  assert.equal(request?.headers["authorization"], "Bearer hush-hush");
  assert.deepEqual(JSON.parse(request?.body ?? ""), REPORT);
});

Deno.test("send() keeps the path of the controller's address", async () => {
  const world = setUp(respondWith(JSON.stringify(answerWith())));
  world.controller = { ...CONTROLLER, url: "https://gateway/storage" };
  await send(world);
  assert.equal(world.requests[0]?.url, "https://gateway/storage/v1/reports");
});

Deno.test("send() reads the token anew for every report", async () => {
  const world = setUp(respondWith(JSON.stringify(answerWith())));
  await send(world);
  world.token = "renewed";
  await send(world);
  assert.equal(world.requests[1]?.headers["authorization"], "Bearer renewed");
});

const ANSWERS: Record<string, { respond: Respond; kind: string; problem: RegExp }> = {
  "the token is refused": {
    respond: respondWith("who?", { status: 401 }),
    kind: "refused",
    problem: /found 401 who\?/,
  },
  "the pod is refused": {
    respond: respondWith("", { status: 403 }),
    kind: "refused",
    problem: /403$/,
  },
  "the controller fails": {
    respond: respondWith("", { status: 500 }),
    kind: "failed",
    problem: /500/,
  },
  "it is sent elsewhere": {
    respond: respondWith("", { status: 307, headers: { location: "https://evil" } }),
    kind: "failed",
    problem: /307/,
  },
  "the answer is no JSON": {
    respond: respondWith("<html>"),
    kind: "failed",
    problem: /is not one/,
  },
  "the answer lacks trips": { respond: respondWith("{}"), kind: "failed", problem: /is not one/ },
  "the answer is endless": {
    respond: respondWith("x".repeat(ANSWER_BYTES_MAX + 1)),
    kind: "failed",
    problem: /at most 65536 bytes/,
  },
  "nobody listens": {
    respond: () => Promise.reject(new TypeError("connection refused")),
    kind: "failed",
    problem: /connection refused/,
  },
};

for (const [name, { respond, kind, problem }] of Object.entries(ANSWERS)) {
  Deno.test(`send() says ${kind} when ${name}, without showing the token`, async () => {
    const outcome = await send(setUp(respond));
    assert.equal(outcome.kind, kind);
    assert.ok(outcome.kind !== "answered");
    assert.match(outcome.problem, problem);
    assert.doesNotMatch(outcome.problem, /hush/);
  });
}

for (
  const [header, retryAfterMs] of [["3", 3_000], ["soon", undefined], ["-1", undefined]] as const
) {
  Deno.test(`send() takes Retry-After: ${header} for ${retryAfterMs} ms`, async () => {
    const init = { status: 503, headers: { "retry-after": header } };
    const outcome = await send(setUp(respondWith("", init)));
    assert.ok(outcome.kind === "failed");
    assert.equal(outcome.retryAfterMs, retryAfterMs);
  });
}

const UNSENDABLE: Record<string, { change: (world: World) => void; problem: RegExp }> = {
  "no controller is configured": {
    change: (world) => world.controller = { tokenFile: "/token" },
    problem: /controller\.url/,
  },
  "there is no token": {
    change: (world) => world.token = undefined,
    problem: /token file \/token: no such file/,
  },
  "the token could end a header": {
    change: (world) => world.token = "hush\r\nhush",
    problem: /Cannot use the token/,
  },
};

for (const [name, { change, problem }] of Object.entries(UNSENDABLE)) {
  Deno.test(`send() sends nothing when ${name}`, async () => {
    const world = setUp(respondWith(""));
    change(world);
    const outcome = await send(world);
    assert.ok(outcome.kind === "failed");
    assert.match(outcome.problem, problem);
    assert.doesNotMatch(outcome.problem, /hush/);
    assert.equal(world.requests.length, 0);
  });
}

Deno.test("send() gives up after its deadline and abandons the connection", async () => {
  const world = setUp((_, signal) =>
    new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)))
  );
  const sending = send(world);
  await world.clock.advance(SEND_DEADLINE_MS);
  const outcome = await sending;
  assert.ok(outcome.kind === "failed");
  assert.match(outcome.problem, /within 5000 ms/);
  assert.deepEqual(connectionCalls(world), ["open https://controller:8443", "renew"]);
});

Deno.test("send() opens other connections when the configuration says so", async () => {
  const world = setUp(respondWith(JSON.stringify(answerWith())));
  await send(world);
  await send(world);
  world.controller = { ...CONTROLLER, url: "https://other:1" };
  await send(world);
  world.sender.close();
  await settle();
  assert.deepEqual(connectionCalls(world), [
    "open https://controller:8443",
    "close",
    "open https://other:1",
    "close",
  ]);
});

Deno.test("send() gives up a token that cannot be read to its end, and reads it once", async () => {
  const world = setUp(respondWith(""));
  world.token = "hangs";
  for (let count = 0; count < 2; count++) {
    const sending = send(world);
    await world.clock.advance(SEND_DEADLINE_MS);
    const outcome = await sending;
    assert.ok(outcome.kind === "failed");
    assert.match(outcome.problem, /within 5000 ms/);
  }
  assert.deepEqual(world.calls, ["read /token"]);
});
