import assert from "node:assert/strict";
import fc from "fast-check";

import { ALL_MARGINS } from "../../lib/wal/evidence.ts";
import { known } from "../../lib/wal/fact.ts";
import { liveSlotOf, nameOf, namesOf } from "../../lib/wal/testing/evidence.ts";
import { cleanUp } from "./cleanup.ts";
import { type FakeWal, fakeWal } from "./testing/fake_wal.ts";

const POLICY = { retainCount: 1, margins: ALL_MARGINS };
const NEVER = new AbortController().signal;

/** REDO lies in this segment. */
const REDO_SEGMENT = 12;

/** What may happen to a segment while the agent looks a second, a third time. */
const anyEvent = fc.record({
  look: fc.integer({ min: 1, max: 8 }),
  segment: fc.integer({ min: 1, max: 11 }),
  what: fc.constantFrom("vanishes", "waits", "loses its status", "is held by a slot"),
});

/** How far the program comes in each run, and what it answers. */
const anyRuns = fc.array(
  fc.record({ removes: fc.integer({ min: 0, max: 12 }), code: fc.constantFrom(0, 1) }),
  { maxLength: 2 },
);

function happen(wal: FakeWal, { segment, what }: { segment: number; what: string }): void {
  const name = nameOf(segment);
  switch (what) {
    case "vanishes":
      wal.names.delete(name);
      break;
    case "waits":
      wal.statuses.delete(`${name}.done`);
      wal.statuses.add(`${name}.ready`);
      break;
    case "loses its status":
      wal.statuses.delete(`${name}.done`);
      break;
    default:
      wal.evidence = { ...wal.evidence, liveSlots: known([liveSlotOf(segment)]) };
  }
}

/**
 * Removes only some of what the program would, from the oldest on; gives the names that it must not have been
 * told to remove.
 */
function removeSome(wal: FakeWal, count: number): string[] {
  const cutOffName = wal.calls.at(-1)?.split(" ").at(-1) ?? "";
  const all = [...wal.names].filter((name) => name.length === 24 && name < cutOffName).sort();
  for (const name of all.slice(0, count)) wal.names.delete(name);
  return all.filter((name) =>
    !wal.statuses.has(`${name}.done`) || wal.statuses.has(`${name}.ready`) ||
    name >= nameOf(REDO_SEGMENT)
  );
}

Deno.test("cleanUp() orders nothing removed but what is archived, whatever happens meanwhile", async () => {
  const anyStatus = fc.constantFrom(".done", ".done", ".done", ".ready", "");
  const statuses = fc.array(anyStatus, { minLength: 11, maxLength: 11 });
  let removals = 0;
  await fc.assert(
    fc.asyncProperty(statuses, fc.array(anyEvent, { maxLength: 4 }), anyRuns, async (...given) => {
      const [endings, events, runs] = given;
      const written = endings.flatMap((ending, index) =>
        ending === "" ? [] : [`${nameOf(index + 1)}${ending}`]
      );
      const wrong: string[] = [];
      const wal = fakeWal(namesOf(1, 13), written, {
        onLook: (look, fake) => {
          for (const event of events) if (event.look === look) happen(fake, event);
        },
        onRun: (run, fake) => {
          const { removes, code } = runs[run - 1] ?? { removes: 99, code: 0 };
          wrong.push(...removeSome(fake, removes));
          return Promise.resolve({ code, stdout: "", stderr: "" });
        },
      });
      const ready = [...wal.statuses].filter((name) => name.endsWith(".ready"));
      const result = await cleanUp(wal.hands, POLICY, NEVER);
      assert.deepEqual(wrong, []);
      assert.ok(ready.every((name) => wal.statuses.has(name)));
      if (result.kind !== "removed") return;
      removals += 1;
      const gone = result.runs.flatMap(({ removedNames }) => removedNames);
      const left = result.runs.at(-1)?.leftNames ?? [];
      assert.ok([...gone, ...left].every((name) => !wal.names.has(name)));
    }),
    { numRuns: 500, seed: 1 },
  );
  assert.ok(removals > 100, `${removals} removals are too few to mean anything`);
});
