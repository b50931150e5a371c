import assert from "node:assert/strict";

import type { WatchEvent } from "../../../kube/api.ts";
import type { Fault } from "../../faults/fault_plan.ts";
import type { WatchSink } from "../api_server.ts";
import type { Representer } from "./represent.ts";
import { createLateSink, createLineSink } from "./watch_lines.ts";

const representer: Representer = {
  object: (object) => object,
  list: () => ({}),
  event: (event) => event,
};
const wanted = { allowBookmarks: true, announceInitialEnd: true };
const added: WatchEvent = { type: "ADDED", object: {} };
const bookmark: WatchEvent = { type: "BOOKMARK", object: { metadata: {} } };
const initialEnd: WatchEvent = {
  type: "BOOKMARK",
  object: { metadata: { annotations: { "k8s.io/initial-events-end": "true" } } },
};

interface Recorded {
  readonly sink: WatchSink;
  readonly log: readonly string[];
}

function record(parameters: typeof wanted, fault?: Fault): Recorded {
  const log: string[] = [];
  const writer = {
    write: (line: string) => void log.push(line),
    end: () => void log.push("end"),
    cut: () => void log.push("cut"),
  };
  return { sink: createLineSink(writer, representer, parameters, fault), log };
}

Deno.test("createLineSink() writes one line for an event", () => {
  const { sink, log } = record(wanted);
  sink.deliver(added);
  sink.end();
  assert.deepEqual(log, ['{"type":"ADDED","object":{}}\n', "end"]);
});

const bookmarks = [
  { allowBookmarks: true, announceInitialEnd: true, lines: 2 },
  { allowBookmarks: true, announceInitialEnd: false, lines: 1 },
  { allowBookmarks: false, announceInitialEnd: true, lines: 0 },
];
for (const { lines, ...parameters } of bookmarks) {
  Deno.test(`createLineSink() tells ${lines} bookmarks when ${JSON.stringify(parameters)}`, () => {
    const { sink, log } = record(parameters);
    sink.deliver(bookmark);
    sink.deliver(initialEnd);
    assert.equal(log.length, lines);
  });
}

for (const afterEvents of [0, 1, 2]) {
  Deno.test(`createLineSink() cuts after ${afterEvents} events, once`, () => {
    const { sink, log } = record(wanted, { kind: "watch-cut", afterEvents });
    for (let n = 0; n < 4; n++) sink.deliver(added);
    sink.end();
    assert.equal(log.length, afterEvents + 1);
    assert.equal(log.at(-1), "cut");
  });

  Deno.test(`createLineSink() goes deaf after ${afterEvents} events`, () => {
    const { sink, log } = record(wanted, { kind: "watch-deaf", afterEvents });
    for (let n = 0; n < 4; n++) sink.deliver(added);
    sink.end();
    assert.equal(log.length, afterEvents);
  });
}

Deno.test("createLateSink() keeps what comes before its target, in order", () => {
  const { sink, log } = record(wanted);
  const late = createLateSink();
  late.deliver(added);
  late.open(sink);
  late.deliver(initialEnd);
  late.end();
  assert.deepEqual(log.map((line) => line.slice(0, 16)), [
    '{"type":"ADDED",',
    '{"type":"BOOKMAR',
    "end",
  ]);
});

Deno.test("createLateSink() ends a target that comes after the end", () => {
  const { sink, log } = record(wanted);
  const late = createLateSink();
  late.deliver(added);
  late.end();
  late.open(sink);
  assert.deepEqual(log.slice(1), ["end"]);
});
