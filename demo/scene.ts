/**
 * What the demonstration shows at one instant: the stage fills it, the view draws it.
 *
 * @module
 */

import type { Level } from "../lib/threshold/level.ts";

/** One volume as it truly is, and as it was asked to be. */
export interface SceneVolume {
  readonly instance: string;
  /** `data`, `wal` or `tbs:NAME`. */
  readonly role: string;
  readonly usedBytes: number;
  /** What PostgreSQL may still write: less than what is free, as file systems keep a reserve. */
  readonly availableBytes: number;
  /** Size of the file system. */
  readonly sizeBytes: number;
  /** Present while a larger size is asked for and not there yet. */
  readonly requestedBytes?: number | undefined;
}

/** How a cluster's story stands. `failed`: it ended otherwise than it should. */
export type Outcome =
  | { readonly kind: "pending" }
  | { readonly kind: "succeeded"; readonly summary: string }
  | { readonly kind: "failed"; readonly summary: string };

/** One cluster. */
export interface SceneCluster {
  readonly namespace: string;
  readonly name: string;
  /** What befalls it, in a few words: `archiving fails`. */
  readonly incident: string;
  /** CloudNativePG's phase. */
  readonly phase: string;
  /** What the manager's ClusterStorage says; undefined before it has said anything. */
  readonly level?: Level | "unknown" | undefined;
  /** The manager's latest sentence about it. */
  readonly says?: string | undefined;
  readonly volumes: readonly SceneVolume[];
  readonly outcome: Outcome;
}

/** Who tells a line of the story. `judge`: how a cluster's story ended. */
export type Teller = "world" | "postgres" | "cnpg" | "kubernetes" | "manager" | "judge";

/** One line of the story. */
export interface StoryLine {
  /** Story time since the start. */
  readonly atMs: number;
  /** `NAMESPACE/NAME`; absent for what concerns all. */
  readonly cluster?: string | undefined;
  readonly teller: Teller;
  readonly tone: "good" | "bad" | "neutral";
  readonly text: string;
}

/** What is said, without when and of whom. */
export type Saying = Pick<StoryLine, "teller" | "tone" | "text">;

/** Everything on the stage. */
export interface Scene {
  readonly seed: number;
  readonly speed: number;
  /** Story time since the start. */
  readonly atMs: number;
  readonly clusters: readonly SceneCluster[];
}

/** One cluster's end, as `--json` prints it. Durations count from the instant at which its trouble began. */
export interface ClusterResult {
  readonly namespace: string;
  readonly name: string;
  readonly incident: string;
  readonly outcome: string;
  readonly ok: boolean;
  /** Until the manager said that something is wrong; null where nothing ever was. */
  readonly detectedMs: number | null;
  /** Until the API server received a larger size; null where none was asked for. */
  readonly requestedMs: number | null;
  /** Until the trouble was over, or told to the people who can end it. */
  readonly resolvedMs: number | null;
}

/** What `--once --json` prints. */
export interface DemoResult {
  readonly ok: boolean;
  readonly seed: number;
  readonly clusters: readonly ClusterResult[];
}
