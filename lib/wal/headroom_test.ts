import assert from "node:assert/strict";
import fc from "fast-check";

import { type HeadroomQuestion, walHeadroomOf } from "./headroom.ts";
import { known, unknown } from "./fact.ts";
import { lsn } from "./lsn.ts";
import { listingOf, namesOf, statusesOf } from "./testing/evidence.ts";

const SEGMENT = 2 ** 24;
const NO_SQL = unknown("no SQL");

function question(changes: Partial<HeadroomQuestion> = {}): HeadroomQuestion {
  return {
    listing: listingOf(namesOf(1, 20), statusesOf(namesOf(1, 11), "done")),
    position: known({ lsn: lsn((13n << 24n) + 100n), timeline: 1 }),
    reachedLsn: lsn(12n << 24n),
    walInitZero: known(true),
    ...changes,
  };
}

/** Headroom in whole segments and the bytes beside. */
function tell(changes: Partial<HeadroomQuestion>): string {
  const headroom = walHeadroomOf(question(changes));
  if (headroom.kind === "unknown") return "unknown";
  const [least, most] = [headroom.leastBytes, headroom.mostBytes].map((value) =>
    `${Math.floor(value / SEGMENT)}+${value % SEGMENT}`
  );
  return `${least} to ${most}`;
}

const REST = SEGMENT - 100;

Deno.test("walHeadroomOf() counts segments for later and the rest of the present one", () => {
  const withGap = [...namesOf(1, 15), ...namesOf(17, 20)];
  const cases: Record<string, readonly [Partial<HeadroomQuestion>, string]> = {
    "T1, T15: recycled segments": [{}, `7+${REST} to 7+${REST}`],
    "none for later": [{ listing: listingOf(namesOf(1, 13), []) }, `0+${REST} to 0+${REST}`],
    "a gap among them": [{ listing: listingOf(withGap, []) }, `2+${REST} to 6+${REST}`],
    "those of another timeline": [
      { listing: listingOf([...namesOf(1, 15), ...namesOf(16, 20, 2)], []) },
      `2+${REST} to 2+${REST}`,
    ],
    "T35: wal_init_zero is off": [{ walInitZero: known(false) }, "0+0 to 0+0"],
    "wal_init_zero is unknown": [{ walInitZero: NO_SQL }, `0+0 to 7+${REST}`],
    "no SQL, the last position seen": [
      { position: NO_SQL, reachedLsn: lsn((13n << 24n) + 100n) },
      `0+0 to 7+${REST}`,
    ],
    "no SQL, a newer finished segment": [
      {
        position: NO_SQL,
        listing: listingOf(namesOf(1, 20), statusesOf(namesOf(1, 16), "ready")),
      },
      "0+0 to 4+0",
    ],
    "no SQL, and the present segment is not there": [
      { position: NO_SQL, listing: listingOf(namesOf(1, 12), []), reachedLsn: lsn(13n << 24n) },
      "0+0 to 0+0",
    ],
  };
  for (const [what, [changes, expected]] of Object.entries(cases)) {
    assert.equal(tell(changes), expected, what);
  }
});

Deno.test("walHeadroomOf() without SQL is never surer than with it", () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: 12n << 24n, max: 21n << 24n }),
      fc.bigInt({ min: 0n, max: 5n << 24n }),
      (written, behind) => {
        const listing = listingOf(namesOf(1, 20), statusesOf(namesOf(1, 11), "done"));
        const at = walHeadroomOf(
          question({ listing, position: known({ lsn: lsn(written), timeline: 1 }) }),
        );
        const reachedLsn = lsn(written - behind);
        const from = walHeadroomOf(question({ listing, position: NO_SQL, reachedLsn }));
        assert.ok(at.kind === "known" && from.kind === "known");
        assert.equal(from.leastBytes, 0);
        // Beyond the last file the present segment is still to be made, and its rest is no room.
        if (written < 21n << 24n) assert.ok(from.mostBytes >= at.leastBytes);
        assert.ok(from.leastBytes <= from.mostBytes && at.leastBytes <= at.mostBytes);
      },
    ),
  );
});
