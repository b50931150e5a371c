/**
 * All volumes of a cluster, judged one by one.
 *
 * @module
 */

import { lastGrownAt } from "../expansion/history.ts";
import type { PolicySettings } from "../policy/resolved.ts";
import { roleSettings } from "../policy/role_settings.ts";
import { judgeVolume, WAL_SEGMENT_BYTES } from "../threshold/judge.ts";
import { atLeast, highest, type Level } from "../threshold/level.ts";
import { after, earliest, type Millis, MINUTE } from "../units/millis.ts";
import type { ClusterView } from "../view/cluster.ts";
import { knownFileSystem } from "../view/select.ts";
import type { Volume } from "../view/volume.ts";
import type { VolumeJudgement } from "./plan.ts";

/** CNPG's exit code of an instance that has no room for another WAL segment (`cnpg.md` §6). */
const EXIT_CODE_NO_WAL_SPACE = 4;

/**
 * How long a grown volume is not rescued again unmeasured: CNPG starts an instance anew and agents report well
 * within it, however far the clocks of nodes are apart.
 */
const RESCUE_REST_MS = 15 * MINUTE;

/** A volume with what is thought of it. */
export interface JudgedVolume {
  readonly volume: Volume;
  readonly judgement: VolumeJudgement;
}

/** The cluster's volumes, judged. */
export interface JudgedCluster {
  readonly level: Level;
  readonly volumes: readonly JudgedVolume[];
  readonly judgements: readonly VolumeJudgement[];
  /** Claims at `emergency` or `full`. */
  readonly pressingClaimUids: ReadonlySet<string>;
  /** When waiting alone makes one of them count as full; absent: it does not. */
  readonly wakeAtMs?: Millis | undefined;
}

/** Judges every volume by itself, by the thresholds of its role. */
export function judge(view: ClusterView, settings: PolicySettings): JudgedCluster {
  let wakeAtMs: Millis | undefined;
  const volumes = view.volumes.map((volume): JudgedVolume => {
    const evidence = evidenceOf(view, volume);
    if (evidence.kind === "full") return { volume, judgement: evidence.judgement };
    if (evidence.kind === "resting") wakeAtMs = earliest(wakeAtMs, evidence.untilMs);
    const { thresholds } = roleSettings(settings, volume.role);
    return { volume, judgement: judgeVolume(volume, thresholds) };
  });
  const judgements = volumes.map(({ judgement }) => judgement);
  const level = judgements
    .flatMap(({ level }) => level === "unknown" ? [] : [level])
    .reduce(highest, "ok");
  const pressing = volumes.filter(({ judgement }) =>
    judgement.level !== "unknown" && atLeast(judgement.level, "emergency")
  );
  return {
    level,
    volumes,
    judgements,
    pressingClaimUids: new Set(pressing.map(({ volume }) => volume.claim.uid)),
    wakeAtMs,
  };
}

/** What speaks for a volume being full, besides a sample. */
type Evidence =
  | { readonly kind: "none" }
  /** It speaks of now only once the volume, which was helped a moment ago, has rested. */
  | { readonly kind: "resting"; readonly untilMs: Millis }
  | { readonly kind: "full"; readonly judgement: VolumeJudgement };

/**
 * The one case in which a volume is judged without a fresh sample (DESIGN §5, rescue): CNPG reports that there
 * is not enough disk space, the instance ended with its exit code for that, and the volume has not grown since.
 * A fresh sample that shows room for a segment speaks against it (cloudnative-pg#9447). Without one, nothing
 * may hint that the volume was helped already.
 */
function evidenceOf(view: ClusterView, volume: Volume): Evidence {
  if (!view.operator.diskFull || !volume.holdsWal) return { kind: "none" };
  const exit = volume.pod?.postgresExit;
  if (exit?.code !== EXIT_CODE_NO_WAL_SPACE) return { kind: "none" };
  const grownAtMs = lastGrownAt(volume.claim.uid, view.events);
  if (grownAtMs !== undefined && grownAtMs >= exit.atMs) return { kind: "none" };
  const sample = knownFileSystem(volume);
  if (sample === undefined) {
    if (isPerhapsHelped(view, volume)) return { kind: "none" };
    const untilMs = grownAtMs === undefined ? undefined : after(grownAtMs, RESCUE_REST_MS);
    if (untilMs !== undefined && untilMs > view.nowMs) return { kind: "resting", untilMs };
  } else if (sample.availableBytes >= WAL_SEGMENT_BYTES) return { kind: "none" };
  const message = `CloudNativePG reports that there is not enough disk space, and postgres ended ` +
    `with exit code ${EXIT_CODE_NO_WAL_SPACE}`;
  const { instance, role } = volume;
  const judgement = { instance, role, level: "full", reason: "DiskFullPhase", message } as const;
  return { kind: "full", judgement };
}

/**
 * Whether the evidence may be older than the help. When an exit happened is told by the node's clock, and CNPG's
 * phase outlasts what it speaks of, so that neither dates the other. A volume above the size that the spec
 * declares (or of which that size is not known) has grown beyond what the cluster was made with, and waits for a
 * measurement; so does, for a while, one that was verified moments ago.
 */
function isPerhapsHelped(view: ClusterView, { claim, role }: Volume): boolean {
  const declared = view.declaredSizes.find((size) => size.role === role)?.sizeBytes;
  const { capacityBytes } = claim;
  return declared === undefined || capacityBytes === undefined || capacityBytes > declared;
}
