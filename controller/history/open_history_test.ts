import assert from "node:assert/strict";
import { createFakeClock } from "../../kube/testing/fake_clock.ts";
import { createRecordingLogger } from "../../kube/testing/recording_logger.ts";
import { parseConfig } from "../config/parse_config.ts";
import type { History } from "./history.ts";
import { openHistory } from "./open_history.ts";
import { VOLUME } from "./testing/records.ts";

const PROMETHEUS = "sources: { prometheus: { enabled: true, address: 'http://127.0.0.1:1' } }\n";
const FILE = "persistence: { enabled: true, directory: /nowhere/history }\n";

function open(config: string): History {
  return openHistory({
    config: parseConfig(config, "config.yaml"),
    clock: createFakeClock(),
    logger: createRecordingLogger(),
    readTextFile: () => Promise.reject(new Error("no file")),
  });
}

/** What each kind of history says when there is nothing to read from. */
const CASES: readonly (readonly [what: string, config: string, expected: RegExp | undefined])[] = [
  ["nothing is configured", "", undefined],
  ["a file is", FILE, /history \/nowhere\/history\/history\.sqlite: expected a directory/],
  ["a Prometheus is a source", PROMETHEUS, /./],
  ["a file and a Prometheus are", FILE + PROMETHEUS, /history \/nowhere\/history/],
];

for (const [what, config, expected] of CASES) {
  Deno.test(`openHistory() opens what is asked for when ${what}`, async () => {
    const history = open(config);
    const reading = history.read([VOLUME], new AbortController().signal);
    if (expected === undefined) {
      assert.deepEqual([(await reading).size, history.state().kind], [0, "off"]);
    } else {
      await assert.rejects(reading, expected);
      assert.equal(history.state().kind, "unavailable");
    }
    await history.close(1);
  });
}
