import assert from "node:assert/strict";

import { known } from "../../lib/wal/fact.ts";
import { ALL_MARGINS } from "../../lib/wal/evidence.ts";
import { segmentNumber } from "../../lib/wal/segment.ts";
import {
  controlOf,
  liveSlotOf,
  nameOf,
  namesOf,
  SIZE,
  statusesOf,
} from "../../lib/wal/testing/evidence.ts";
import { cleanUp, ROUNDS_MAX } from "./cleanup.ts";
import { CLEANUP_LIMIT_MS } from "./carry_out.ts";
import type { CleanupResult } from "./cleanup_result.ts";
import { sweepOrphans } from "./orphans.ts";
import type { RunProgram } from "./ports.ts";
import { type FakeWal, fakeWal } from "./testing/fake_wal.ts";

const POLICY = { retainCount: 1, margins: ALL_MARGINS };
const NEVER = new AbortController().signal;
const NAMES = [...namesOf(1, 13), "summaries", "xlogtemp.77"];
const DONE = statusesOf(namesOf(1, 11), "done");

function run(wal: FakeWal): Promise<CleanupResult> {
  return cleanUp(wal.hands, POLICY, NEVER);
}

function reasonsOf(result: CleanupResult): string[] {
  return result.kind === "refused" ? result.refusals.map(({ reason }) => reason) : [result.kind];
}

function hasRun({ calls }: FakeWal): boolean {
  return calls.some((call) => !call.startsWith("-n"));
}

Deno.test("cleanUp() removes what nothing needs, and the statuses with it", async () => {
  const wal = fakeWal(NAMES, DONE);
  const result = await run(wal);
  assert.ok(result.kind === "removed");
  assert.equal(result.freedBytes, 10 * SIZE);
  assert.deepEqual(result.runs.map(({ removedNames }) => removedNames), [namesOf(1, 10)]);
  assert.deepEqual(result.runs[0]?.statusesRemoved, known(10));
  assert.deepEqual(result.runs[0]?.missedNames, known([]));
  assert.deepEqual([...wal.names], [...namesOf(11, 13), "summaries", "xlogtemp.77"]);
  assert.deepEqual([...wal.statuses], statusesOf(namesOf(11, 11), "done"));
  assert.deepEqual(wal.calls, [`-n /wal/pg_wal ${nameOf(11)}`, `/wal/pg_wal ${nameOf(11)}`]);
});

Deno.test("T5: cleanUp() keeps everything from the first segment that waits to be archived", async () => {
  const statuses = [
    ...statusesOf(namesOf(1, 5), "done"),
    ...statusesOf(namesOf(6, 6), "ready"),
    ...statusesOf(namesOf(7, 9), "done"),
  ];
  const wal = fakeWal(NAMES, statuses);
  const result = await run(wal);
  assert.equal(result.kind, "removed");
  assert.ok(namesOf(5, 13).every((name) => wal.names.has(name)));
  assert.ok(!wal.names.has(nameOf(4)));
  assert.ok(wal.statuses.has(`${nameOf(6)}.ready`));
});

Deno.test("T3: cleanUp() runs nothing while everything waits to be archived", async () => {
  const wal = fakeWal(NAMES, statusesOf(namesOf(1, 12), "ready"));
  assert.deepEqual(reasonsOf(await run(wal)), ["NothingRemovable"]);
  assert.deepEqual(wal.calls, []);
});

Deno.test("T29: cleanUp() finishes after a checkpoint took a victim from under the program", async () => {
  const wal = fakeWal(NAMES, DONE, {
    onRun: (count, { names }) => {
      if (count > 1) return undefined;
      names.delete(nameOf(1));
      names.delete(nameOf(2));
      return Promise.resolve({ code: 1, stdout: "", stderr: "could not remove file: ENOENT" });
    },
  });
  const result = await run(wal);
  assert.ok(result.kind === "removed");
  assert.equal(result.runs.length, 2);
  assert.match(result.runs[0]?.program ?? "", /exit code 1, could not remove/);
});

Deno.test("T29: cleanUp() is content when a checkpoint took the rest before the second run", async () => {
  const wal = fakeWal(NAMES, DONE, {
    onRun: (_count, { names }) => {
      names.delete(nameOf(1));
      return Promise.resolve({ code: 1, stdout: "", stderr: "" });
    },
    onLook: (look, { names }) => {
      if (look === 4) namesOf(2, 11).forEach((name) => names.delete(name));
    },
  });
  assert.equal((await run(wal)).kind, "removed");
});

Deno.test("cleanUp() does not claim what a slot came to hold after the first run", async () => {
  const wal = fakeWal(NAMES, DONE, {
    onRun: (_count, { names }) => {
      names.delete(nameOf(1));
      return Promise.resolve({ code: 1, stdout: "", stderr: "" });
    },
    onLook: (look, fake) => {
      if (look === 4) fake.evidence = { liveSlots: known([liveSlotOf(2)]) };
    },
  });
  const result = await run(wal);
  assert.ok(result.kind === "failed");
  assert.match(result.message, /NothingRemovable/);
  assert.equal(result.freedBytes, SIZE);
});

Deno.test("T29: cleanUp() starts anew when victims vanish between the looks", async () => {
  const wal = fakeWal(NAMES, DONE, {
    onLook: (look, { names }) => {
      if (look === 2) names.delete(nameOf(1));
    },
  });
  const result = await run(wal);
  assert.ok(result.kind === "removed");
  assert.deepEqual(result.runs[0]?.removedNames, namesOf(2, 10));
});

Deno.test("cleanUp() gives up when pg_wal never stands still", async () => {
  const wal = fakeWal(NAMES, DONE, {
    onLook: (look, { names }) => {
      if (look % 2 === 0) names.delete(nameOf(look / 2));
    },
  });
  assert.deepEqual(reasonsOf(await run(wal)), ["VictimUnknown"]);
  assert.equal(wal.calls.length, ROUNDS_MAX);
});

Deno.test("T30: cleanUp() sees what is left although the program exits with 0", async () => {
  const wal = fakeWal(NAMES, DONE, {
    onRun: () => Promise.resolve({ code: 0, stdout: "", stderr: "Permission denied" }),
  });
  const result = await run(wal);
  assert.ok(result.kind === "failed");
  assert.match(result.message, /Permission denied/);
  assert.equal(result.runs.length, 2);
  assert.equal(result.freedBytes, 0);
  assert.deepEqual([...wal.statuses], DONE);
});

Deno.test("T31: cleanUp() removes nothing when the program would remove other files", async () => {
  const outputs = [
    [...namesOf(1, 10), "000000010000000000000003.partial"].map((name) => `/wal/pg_wal/${name}`),
    namesOf(1, 9).map((name) => `/wal/pg_wal/${name}`),
    namesOf(1, 10).map((name) => `/elsewhere/${name}`),
  ];
  for (const output of outputs) {
    const wal = fakeWal(NAMES, DONE);
    const printed = { code: 0, stdout: output.join("\n"), stderr: "" };
    const archiveCleanup: RunProgram = (args, signal) =>
      args[0] === "-n" ? Promise.resolve(printed) : wal.hands.archiveCleanup(args, signal);
    const result = await cleanUp({ ...wal.hands, archiveCleanup }, POLICY, NEVER);
    assert.deepEqual(reasonsOf(result), ["DryRunDiffers"]);
    assert.ok(!hasRun(wal));
  }
});

Deno.test("T31: cleanUp() removes nothing when a victim is no file of a segment's size", async () => {
  for (
    const look of [{ isRegularFile: false, sizeBytes: SIZE }, { isRegularFile: true, sizeBytes: 7 }]
  ) {
    const wal = fakeWal(NAMES, DONE, { onStat: () => look });
    assert.equal(reasonsOf(await run(wal))[0], "VictimNotSegment");
    assert.ok(!hasRun(wal));
  }
  const gone = fakeWal(NAMES, DONE, { onStat: () => undefined });
  assert.equal(reasonsOf(await run(gone))[0], "VictimUnknown");
});

Deno.test("T32: cleanUp() takes along the statuses that a killed run left", async () => {
  const wal = fakeWal(namesOf(9, 13), [...DONE, `${nameOf(5)}.partial.done`]);
  const result = await run(wal);
  assert.ok(result.kind === "removed");
  assert.deepEqual(result.runs[0]?.statusesRemoved, known(10));
  assert.deepEqual([...wal.statuses], [`${nameOf(11)}.done`, `${nameOf(5)}.partial.done`]);
});

Deno.test("T32: sweepOrphans() removes what a killed run left, and never what still waits", async () => {
  const statuses = [...DONE, `${nameOf(2)}.ready`, "odd.done"];
  const wal = fakeWal([nameOf(5), ...namesOf(7, 13)], statuses);
  assert.equal(await sweepOrphans(wal.hands.directory, segmentNumber(6), SIZE), 3);
  assert.equal(await sweepOrphans(wal.hands.directory, segmentNumber(6), SIZE), 0);
  const gone = [nameOf(1), nameOf(3), nameOf(4)].map((name) => `${name}.done`);
  assert.deepEqual([...wal.statuses], statuses.filter((name) => !gone.includes(name)));
});

const TURNS: readonly [string, (wal: FakeWal) => void, string][] = [
  ["REDO goes back", (wal) => {
    wal.evidence = {
      control: controlOf({ redo: 11n * 2n ** 24n + 9n }),
    };
  }, "RedoMovedBackwards"],
  ["a slot appears", (wal) => {
    wal.evidence = { liveSlots: known([liveSlotOf(4)]) };
  }, "StepRefused"],
  ["a status is gone", (wal) => {
    wal.statuses.delete(`${nameOf(6)}.done`);
  }, "StepRefused"],
  ["the server ends", (wal) => {
    wal.evidence = { server: known("down") };
  }, "ServerStateUnknown"],
  ["the data are others", (wal) => {
    wal.evidence = { control: controlOf({ systemIdentifier: 5n }) };
  }, "SystemIdentifierChanged"],
];

for (const [what, turn, reason] of TURNS) {
  Deno.test(`cleanUp() removes nothing when ${what} between the looks`, async () => {
    const wal = fakeWal(NAMES, DONE, {
      onLook: (look, turned) => {
        if (look === 2) turn(turned);
      },
    });
    const reasons = reasonsOf(await run(wal));
    assert.ok(reasons.includes(reason), reasons.join());
    assert.ok(!hasRun(wal));
  });
}

Deno.test("cleanUp() tells when something that is needed went", async () => {
  const wal = fakeWal(NAMES, DONE, {
    onRun: (_count, { names }) => {
      names.delete(nameOf(12));
      return undefined;
    },
  });
  const result = await run(wal);
  assert.ok(result.kind === "failed");
  assert.ok(result.message.includes(nameOf(12)));
});

Deno.test("cleanUp() sees what went although the program hangs", async () => {
  const wal = fakeWal(NAMES, DONE, {
    onRun: (_count, fake) => {
      fake.removeBefore(nameOf(11));
      return new Promise(() => {});
    },
  });
  const pending = run(wal);
  await wal.clock.advance(CLEANUP_LIMIT_MS);
  const result = await pending;
  assert.ok(result.kind === "removed");
  assert.match(result.runs[0]?.program ?? "", /expected an answer within 2 min/);
});

Deno.test("cleanUp() says that the program cannot be started", async () => {
  const wal = fakeWal(NAMES, DONE);
  const archiveCleanup = (): Promise<never> => Promise.reject(new Error("no such program"));
  const result = await cleanUp({ ...wal.hands, archiveCleanup }, POLICY, NEVER);
  assert.ok(result.kind === "failed");
  assert.match(result.message, /no such program/);
});
