/**
 * A pg_wal in memory with a `pg_archivecleanup` that selects as the real one does, and faults on demand.
 *
 * @module
 */

import { createFakeClock, type FakeClock } from "../../../kube/testing/fake_clock.ts";
import type { WalEvidence } from "../../../lib/wal/evidence.ts";
import { known } from "../../../lib/wal/fact.ts";
import type { FileLook } from "../../../lib/wal/removal.ts";
import { evidenceOf, listingOf, SIZE } from "../../../lib/wal/testing/evidence.ts";
import type { CleanupHands, ProgramOutcome } from "../ports.ts";

const FINE: ProgramOutcome = { code: 0, stdout: "", stderr: "" };

/** What a test may do between the steps of a removal. */
export interface FakeWalHooks {
  /** Called with the number of the look, from 1. */
  onLook?: ((look: number, wal: FakeWal) => void) | undefined;
  /** Instead of a run; undefined runs as usual. */
  onRun?: ((run: number, wal: FakeWal) => Promise<ProgramOutcome> | undefined) | undefined;
  /** What lstat says of a file. */
  onStat?: ((name: string) => FileLook | undefined) | undefined;
}

/** The pg_wal of one test. */
export interface FakeWal {
  readonly names: Set<string>;
  readonly statuses: Set<string>;
  readonly clock: FakeClock;
  readonly hands: CleanupHands;
  /** Every call of the program, its arguments joined. */
  readonly calls: string[];
  /** What is otherwise seen. */
  evidence: Partial<WalEvidence>;
  /** Removes what the program would. */
  removeBefore(cutOffName: string): void;
}

/** Makes a pg_wal with segments and statuses. */
export function fakeWal(
  names: readonly string[],
  statuses: readonly string[],
  hooks: FakeWalHooks = {},
): FakeWal {
  const clock = createFakeClock();
  let looks = 0;
  let runs = 0;
  const wal: FakeWal = {
    names: new Set(names),
    statuses: new Set(statuses),
    clock,
    calls: [],
    evidence: {},
    removeBefore: (cutOffName) =>
      selected(wal, cutOffName).forEach((name) => wal.names.delete(name)),
    hands: {
      clock,
      look: () => {
        looks += 1;
        hooks.onLook?.(looks, wal);
        const listing = known(listingOf([...wal.names], [...wal.statuses]));
        return Promise.resolve(evidenceOf({ listing, ...wal.evidence }));
      },
      directory: {
        path: "/wal/pg_wal",
        names: () => Promise.resolve([...wal.names, "archive_status"]),
        statusNames: () => Promise.resolve([...wal.statuses]),
        look: (name) => Promise.resolve(statOf(wal, hooks, name)),
        removeDoneOf: (name) => Promise.resolve(void wal.statuses.delete(`${name}.done`)),
      },
      archiveCleanup: (args) => {
        wal.calls.push(args.join(" "));
        const cutOffName = args.at(-1) ?? "";
        if (args[0] === "-n") return Promise.resolve(dryRun(wal, cutOffName));
        runs += 1;
        const outcome = hooks.onRun?.(runs, wal);
        if (outcome !== undefined) return outcome;
        wal.removeBefore(cutOffName);
        return Promise.resolve(FINE);
      },
    },
  };
  return wal;
}

function selected({ names }: FakeWal, cutOffName: string): string[] {
  return [...names].filter((name) =>
    /^[0-9A-F]{24}(\.partial)?$/.test(name) && name.slice(8) < cutOffName.slice(8)
  );
}

function dryRun(wal: FakeWal, cutOffName: string): ProgramOutcome {
  const lines = selected(wal, cutOffName).map((name) => `/wal/pg_wal/${name}\n`);
  return { ...FINE, stdout: lines.join("") };
}

function statOf(wal: FakeWal, { onStat }: FakeWalHooks, name: string): FileLook | undefined {
  if (onStat !== undefined) return onStat(name);
  return wal.names.has(name) ? { isRegularFile: true, sizeBytes: SIZE } : undefined;
}
