import assert from "node:assert/strict";
import { Redacted } from "../kube/redacted.ts";
import { createJsonLogger, type LogLevel } from "./json_logger.ts";

function lines(
  level: LogLevel,
  log: (logger: ReturnType<typeof createJsonLogger>) => void,
): string[] {
  const written: string[] = [];
  log(createJsonLogger({
    now: () => 0,
    write: (line) => written.push(line),
    level: () => level,
    process: "agent",
  }));
  return written;
}

Deno.test("createJsonLogger() writes one JSON object a line", () => {
  const [line] = lines(
    "info",
    (logger) => logger.warn("two\nlines", { bytes: 5n, error: new TypeError("bad") }),
  );
  assert.ok(!line?.includes("\n"));
  assert.deepEqual(JSON.parse(line ?? ""), {
    time: "1970-01-01T00:00:00.000Z",
    level: "warn",
    process: "agent",
    message: "two\nlines",
    bytes: "5",
    error: { name: "TypeError", message: "bad" },
  });
});

Deno.test("createJsonLogger() drops lines below its level", () => {
  const written = lines("warn", (logger) => {
    logger.debug("a");
    logger.info("b");
    logger.warn("c");
    logger.error("d");
  });
  assert.deepEqual(written.map((line) => JSON.parse(line).message), ["c", "d"]);
});

Deno.test("createJsonLogger() shows no secret, wrapped or by its name", () => {
  const written = lines("info", (logger) =>
    logger.info("sent", {
      bearer: new Redacted("hush"),
      headers: { Authorization: "Bearer hush" },
      agentToken: "hush",
    }));
  assert.doesNotMatch(written.join(), /hush/);
});

Deno.test("createJsonLogger() cuts endless values", () => {
  const [line] = lines("info", (logger) => logger.info("x".repeat(100_000)));
  assert.ok((line?.length ?? 0) < 5_000);
});
