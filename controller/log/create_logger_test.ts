import assert from "node:assert/strict";

import type { Logger } from "../../kube/logger.ts";
import { Redacted } from "../../kube/redacted.ts";
import { createLogger, type LogFormat, type LogLevel } from "./create_logger.ts";

const TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJvcmRlcnMifQ.c2lnbmF0dXJl";

interface Captured {
  readonly logger: Logger;
  readonly lines: string[];
}

function capture(level: LogLevel = "debug", format: LogFormat = "json"): Captured {
  const lines: string[] = [];
  const logger = createLogger({
    level,
    format,
    clock: { now: () => 1_767_225_600_000 },
    write: (line) => void lines.push(line),
  });
  return { logger, lines };
}

Deno.test("createLogger() writes one line of JSON for a record", () => {
  const { logger, lines } = capture();
  logger.info("Expanded a volume", { cluster: "shop/orders", bytes: 5 });
  assert.equal(
    lines.join(),
    '{"@timestamp":"2026-01-01T00:00:00.000Z","level":"INFO","message":"Expanded a volume",' +
      '"logger":"cnpg-storage-manager","cluster":"shop/orders","bytes":5}\n',
  );
});

Deno.test("createLogger() writes one line of text for a record", () => {
  const { logger, lines } = capture("debug", "text");
  logger.warn("Refused\na report", { reason: "TokenInvalid" });
  assert.equal(lines.length, 1);
  assert.match(lines.join(), /^time=2026-01-01\S* level=warn.* reason=TokenInvalid\n$/);
  assert.equal(lines.join().trimEnd().split("\n").length, 1);
});

const LEVELS = ["debug", "info", "warn", "error"] as const;

for (const [index, level] of LEVELS.entries()) {
  Deno.test(`createLogger() writes nothing below ${level}`, () => {
    const { logger, lines } = capture(level);
    for (const each of LEVELS) logger[each]("message");
    assert.equal(lines.length, LEVELS.length - index);
  });
}

Deno.test("createLogger() takes braces in a message as they are", () => {
  const { logger, lines } = capture();
  logger.info("Found {name} and {{", { name: "x" });
  assert.match(lines.join(), /"message":"Found \{name\} and \{\{"/);
});

Deno.test("createLogger() keeps a field from posing as the message", () => {
  const { logger, lines } = capture();
  logger.info("true message", { message: "false message", level: "none" });
  const line = JSON.parse(lines.join());
  assert.equal(line.message, "true message");
  assert.equal(line.message_, "false message");
  assert.equal(line.level, "INFO");
});

const SECRETS: Readonly<Record<string, (logger: Logger) => void>> = {
  "as a field": (logger) => logger.info("x", { token: "hunter2hunter2" }),
  "in a header": (logger) => logger.info("x", { headers: { Authorization: "hunter2hunter2" } }),
  "in a list in a field": (logger) => logger.info("x", { accessTokens: ["hunter2hunter2"] }),
  "under a key of another case": (logger) => logger.info("x", { API_TOKEN: "hunter2hunter2" }),
  "wrapped": (logger) => logger.info("x", { url: new Redacted("hunter2hunter2") }),
  "wrapped in a list in a map": (logger) =>
    logger.info("x", { map: new Map([["a", [new Redacted("hunter2hunter2")]]]) }),
  "as a JWT in the message": (logger) => logger.error(`Cannot review ${TOKEN}`),
  "as a JWT in any field": (logger) => logger.info("x", { body: `{"spec":"${TOKEN}"}` }),
  "as a key of a map": (logger) => logger.info("x", { cache: new Map([[TOKEN, 1]]) }),
  "in the message of an error": (logger) => logger.error("x", { error: new Error(TOKEN) }),
  "in the cause of an error": (logger) =>
    logger.error("x", { error: new Error("outer", { cause: new Error(`Bearer hunter2hunter2`) }) }),
  "as a bearer token in a text": (logger) =>
    logger.info("sent authorization: Bearer hunter2hunter2"),
  "in the user part of an address": (logger) =>
    logger.info("x", { endpoint: "https://user:hunter2hunter2@example.invalid/path" }),
  "as a private key": (logger) =>
    logger.info("x", {
      pem: "-----BEGIN PRIVATE KEY-----\nhunter2hunter2\n-----END PRIVATE KEY-----",
    }),
};

for (const [title, log] of Object.entries(SECRETS)) {
  for (const format of ["json", "text"] as const) {
    Deno.test(`createLogger() masks a secret ${title} in ${format}`, () => {
      const { logger, lines } = capture("debug", format);
      log(logger);
      assert.equal(lines.length, 1);
      assert.match(lines.join(), /\*\*\*/);
      assert.doesNotMatch(lines.join(), /hunter2hunter2|eyJ|c2lnbmF0dXJl/);
    });
  }
}

Deno.test("createLogger() keeps numbers and flags whose names sound like secrets", () => {
  const { logger, lines } = capture();
  logger.info("x", { budgetTokens: 3, hasToken: true, tokenizer: "kept" });
  assert.match(lines.join(), /"budgetTokens":3,"hasToken":true,"tokenizer":"kept"/);
});

Deno.test("createLogger() prints whatever a field holds", () => {
  const { logger, lines } = capture();
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  logger.info("x", {
    circle,
    big: 10n,
    nothing: undefined,
    nan: NaN,
    date: new Date(0),
    invalid: new Date(NaN),
    set: new Set([1]),
    call: Symbol("call"),
    long: "x".repeat(5_000),
    many: Array(1_000).fill(0),
  });
  const line = JSON.parse(lines.join());
  assert.equal(line.big, "10");
  assert.equal(line.nan, "NaN");
  assert.equal(line.date, "1970-01-01T00:00:00.000Z");
  assert.equal(line.invalid, null);
  assert.deepEqual(line.set, [1]);
  assert.equal(line.long.length, 2_049);
  assert.equal(line.many.length, 50);
});

Deno.test("createLogger() does not throw when the line can't be written", () => {
  const logger = createLogger({
    level: "info",
    format: "json",
    clock: { now: () => 0 },
    write: () => {
      throw new Error("broken pipe");
    },
  });
  logger.info("x");
});
