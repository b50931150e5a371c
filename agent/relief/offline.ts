/**
 * A removal beside a server that is down for want of room: files alone decide, so the rules are stricter
 * (`wal.md` §2.3, §10 D).
 *
 * @module
 */

import { errorText } from "../../kube/logger.ts";
import type { Bytes } from "../../lib/units/bytes.ts";
import { startingRoomBytes } from "../../lib/wal/ballast.ts";
import type { CutOffPolicy } from "../../lib/wal/cut_off.ts";
import { type Fact, unknown } from "../../lib/wal/fact.ts";
import { believedControl } from "../../lib/wal/gate_files.ts";
import { diskIsFull, postmasterIsGone, serverIsDown } from "../../lib/wal/gate_moment.ts";
import { refusal, type WalRefusal } from "../../lib/wal/reasons.ts";
import { cleanUp } from "./cleanup.ts";
import type { CleanupResult } from "./cleanup_result.ts";
import type { CleanupHands } from "./ports.ts";

/** What a removal beside a server that is down needs. */
export interface OfflineHands extends CleanupHands {
  /** Whether `postmaster.pid` is absent or names no living process, asked anew at each call. */
  readonly askPostmasterGone: (signal: AbortSignal) => Promise<Fact<boolean>>;
}

/** What came of it, and whether the server can start now. */
export interface OfflineResult {
  readonly cleanup: CleanupResult;
  /** Free bytes of pg_wal's file system afterwards. */
  readonly availableBytes: Fact<Bytes>;
  /** CNPG's probe and PostgreSQL each find their segment free. */
  readonly mayStart: "yes" | "no" | "unknown";
}

/** Removes what nothing needs beside a server that is down for want of room. Never rejects. */
export async function cleanUpOffline(
  hands: OfflineHands,
  policy: CutOffPolicy,
  signal: AbortSignal,
): Promise<OfflineResult> {
  const refusals = await refuseUnlessFull(hands, signal);
  const cleanup: CleanupResult = refusals.length > 0
    ? { kind: "refused", refusals }
    : await cleanUp(
      { ...hands, lastCheck: (inner) => refusePostmaster(hands, inner) },
      policy,
      signal,
    );
  return { cleanup, ...await roomAfter(hands, signal) };
}

async function refuseUnlessFull(
  { look }: OfflineHands,
  signal: AbortSignal,
): Promise<readonly WalRefusal[]> {
  try {
    const evidence = await look(signal);
    return [serverIsDown(evidence), postmasterIsGone(evidence), diskIsFull(evidence)]
      .filter((found) => found !== undefined);
  } catch (error) {
    return [refusal("ServerStateUnknown", `Cannot look at the instance: ${errorText(error)}`)];
  }
}

/** Asked right before the removal: somebody may be starting the server. */
async function refusePostmaster(
  { askPostmasterGone }: OfflineHands,
  signal: AbortSignal,
): Promise<WalRefusal | undefined> {
  const gone = await askPostmasterGone(signal);
  if (gone.kind === "unknown") return refusal("ServerNotStopped", gone.message);
  return gone.value ? undefined : refusal("ServerNotStopped", "a server is being started");
}

async function roomAfter(
  { look }: OfflineHands,
  signal: AbortSignal,
): Promise<Omit<OfflineResult, "cleanup">> {
  try {
    const evidence = await look(signal);
    const { availableBytes } = evidence;
    const control = believedControl(evidence);
    if (availableBytes.kind === "unknown" || control === undefined) {
      return { availableBytes, mayStart: "unknown" };
    }
    const isEnough = availableBytes.value >= startingRoomBytes(control.segmentSize);
    return { availableBytes, mayStart: isEnough ? "yes" : "no" };
  } catch (error) {
    return { availableBytes: unknown(errorText(error)), mayStart: "unknown" };
  }
}
