/**
 * What CloudNativePG is doing with the instance, and whether it stores what is archived (`cnpg.md` §8, §9).
 *
 * @module
 */

import * as z from "zod";
import type { OperatorContext } from "../../lib/wal/evidence.ts";
import type { Fact } from "../../lib/wal/fact.ts";
import { attempt } from "./attempt.ts";
import type { Operator } from "./operator.ts";

/** What the Cluster says about one of its instances. */
export interface OperatorSeen {
  readonly context: OperatorContext;
  /** Whether what this instance archives is stored; without a backup section CloudNativePG only says so. */
  readonly archiveStored: boolean;
}

/** The phases in which WAL may be touched: nothing happens, or the disk is full (`cnpg.md` §6, §9). */
const CALM_PHASES: ReadonlySet<string> = new Set([
  "Cluster in healthy state",
  "Not enough disk space",
]);

const FENCED_ANNOTATION = "cnpg.io/fencedInstances";
const HIBERNATION_ANNOTATION = "cnpg.io/hibernation";
const FENCES_ALL = "*";

const Names = z.array(z.string());
const Cluster = z.object({
  metadata: z.object({ annotations: z.record(z.string(), z.string()).optional() }),
  spec: z.object({
    backup: z.object({ barmanObjectStore: z.object({}).optional() }).optional(),
    plugins: z.array(z.object({
      enabled: z.boolean().optional(),
      isWALArchiver: z.boolean().optional(),
    })).optional(),
    replica: z.object({
      enabled: z.boolean().optional(),
      primary: z.string().optional(),
      self: z.string().optional(),
    }).optional(),
  }),
  status: z.object({
    phase: z.string().optional(),
    currentPrimary: z.string().optional(),
    targetPrimary: z.string().optional(),
    conditions: z.array(z.object({
      type: z.string(),
      status: z.string(),
      reason: z.string().optional(),
    })).optional(),
  }).optional(),
});

type ClusterObject = z.output<typeof Cluster>;

/**
 * Asks the operator's view. Never rejects.
 *
 * @param instance Name of the pod; where it is not known, whatever is true of any instance counts.
 */
export async function readOperatorContext(
  operator: Operator,
  instance: string | undefined,
  deadline: AbortSignal,
): Promise<Fact<OperatorSeen>> {
  return await attempt(
    "learn what CloudNativePG is doing",
    async () => operatorContextOf(Cluster.parse(await operator.cluster(deadline)), instance),
    deadline,
  );
}

function operatorContextOf(cluster: ClusterObject, instance: string | undefined): OperatorSeen {
  return {
    context: {
      busyWith: busyWith(cluster),
      backupRunning: isBackupRunning(cluster),
      fenced: isFenced(cluster, instance),
    },
    archiveStored: isArchiveStored(cluster, instance),
  };
}

function busyWith({ metadata, status }: ClusterObject): string | undefined {
  const { phase, currentPrimary, targetPrimary } = status ?? {};
  if (metadata.annotations?.[HIBERNATION_ANNOTATION] === "on") return "hibernation";
  if (phase === undefined) return "a cluster whose phase is not known";
  if (!CALM_PHASES.has(phase)) return phase;
  if (currentPrimary !== targetPrimary) return `making ${targetPrimary ?? "nobody"} the primary`;
  return undefined;
}

/** The condition is the only word about a backup in the Cluster itself. */
function isBackupRunning({ status }: ClusterObject): boolean {
  return status?.conditions?.some(({ type, reason }) =>
    type === "LastBackupSucceeded" && reason === "BackupStarted"
  ) ?? false;
}

/** A list that cannot be read may name this instance. */
function isFenced({ metadata }: ClusterObject, instance: string | undefined): boolean {
  const text = metadata.annotations?.[FENCED_ANNOTATION];
  if (text === undefined || text === "") return false;
  const names = parseNames(text);
  if (names === undefined) return true;
  if (instance === undefined) return names.length > 0;
  return names.includes(instance) || names.includes(FENCES_ALL);
}

function parseNames(text: string): string[] | undefined {
  try {
    return Names.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** In a replica cluster only the designated primary archives; the others report success at once. */
function isArchiveStored({ spec, status }: ClusterObject, instance: string | undefined): boolean {
  const byPlugin =
    spec.plugins?.some(({ enabled, isWALArchiver }) =>
      enabled !== false && isWALArchiver === true
    ) ?? false;
  if (!byPlugin && spec.backup?.barmanObjectStore === undefined) return false;
  return !isReplicaCluster(spec) || status?.currentPrimary === instance;
}

function isReplicaCluster({ replica }: ClusterObject["spec"]): boolean {
  if (replica === undefined) return false;
  return replica.enabled ?? (replica.primary !== replica.self);
}
