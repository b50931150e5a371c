/**
 * The proof after a removal that nothing at or after the cut-off went (`wal.md` §10 C 7, G).
 *
 * @module
 */

import type { WalEvidence } from "../../lib/wal/evidence.ts";
import { type Fact, known, unknown } from "../../lib/wal/fact.ts";
import { believedControl } from "../../lib/wal/gate_files.ts";
import type { SegmentFile } from "../../lib/wal/listing.ts";
import { type SegmentNumber, segmentOf } from "../../lib/wal/segment.ts";

/**
 * Names of segments that stood before a removal, had to stay, and are gone.
 *
 * Beside a server that is up, its own checkpoint may have removed what lies before the new REDO, and it renames
 * segments for later as it likes; only what lies from REDO to the present position is missed then.
 *
 * @param before What stood in pg_wal right before the removal.
 * @param evidence What was seen after it.
 */
export function missedSegments(
  before: readonly SegmentFile[],
  namesAfter: ReadonlySet<string>,
  cut: SegmentNumber,
  evidence: WalEvidence,
): Fact<readonly string[]> {
  const gone = before.filter(({ name, segment }) => segment.number >= cut && !namesAfter.has(name));
  if (gone.length === 0) return known([]);
  const { server, position } = evidence;
  if (server.kind === "known" && server.value === "down") return known(gone.map(nameOf));
  const control = believedControl(evidence);
  if (control === undefined || position.kind === "unknown") {
    return unknown(`Cannot say who removed ${gone.length} segments: expected the server to answer`);
  }
  const redo = segmentOf(control.redo, control.segmentSize);
  const current = segmentOf(position.value.lsn, control.segmentSize);
  return known(
    gone.filter(({ segment: { number, timeline } }) =>
      number >= redo && number <= current && timeline === position.value.timeline
    ).map(nameOf),
  );
}

function nameOf({ name }: SegmentFile): string {
  return name;
}
