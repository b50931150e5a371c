/**
 * Follows all stories: judges each, and knows when all have ended.
 *
 * @module
 */

import type { World } from "../sim/mod.ts";
import type { Incident } from "./incidents.ts";
import type { DemoResult, Outcome, Scene } from "./scene.ts";
import { type Chapter, clusterResult, sceneCluster } from "./story/describe.ts";
import type { Evidence } from "./story/evidence.ts";
import { judge } from "./story/judge.ts";
import type { Story } from "./story/start_story.ts";

/** What is followed. */
export interface DirectorOptions {
  readonly world: World;
  readonly seed: number;
  readonly speed: number;
  /** Told of every end. */
  readonly tell: Story["tell"];
  readonly stories: readonly { readonly incident: Incident; readonly evidence: Evidence }[];
}

/** Knows how all stories stand. */
export interface Director {
  /** Judges anew; what people do to the clusters once all stories have ended is judged no more. */
  look(): void;
  /** Every story has ended, and long enough ago that late harm would have shown. */
  isOver(): boolean;
  scene(): Scene;
  result(): DemoResult;
}

/** After the last story everything is watched for so long: what was done must not be undone. */
const EPILOGUE_MS = 20_000;

/** Begins to follow. */
export function createDirector({ world, seed, speed, tell, stories }: DirectorOptions): Director {
  const startMs = world.clock.now();
  let chapters: readonly Chapter[] = stories.map((story) => ({
    ...story,
    outcome: { kind: "pending" },
  }));
  let endedAtMs: number | undefined;

  function isOver(): boolean {
    return endedAtMs !== undefined && world.clock.now() - endedAtMs >= EPILOGUE_MS;
  }

  function judged(chapter: Chapter, nowMs: number): Chapter {
    const { incident, evidence } = chapter;
    const outcome = judge(incident, evidence, {
      atMs: nowMs - startMs,
      isOver: endedAtMs !== undefined,
      before: chapter.outcome,
    });
    if (outcome.kind !== "pending" && outcome.kind !== chapter.outcome.kind) {
      const tone = outcome.kind === "succeeded" ? "good" : "bad";
      const cluster = `${incident.namespace}/${incident.name}`;
      tell({ cluster, teller: "judge", tone, text: outcome.summary });
    }
    return { ...chapter, outcome, resolvedAtMs: resolvedAt(chapter, outcome, nowMs) };
  }

  return {
    look(): void {
      if (isOver()) return;
      const nowMs = world.clock.now();
      chapters = chapters.map((chapter) => judged(chapter, nowMs));
      const isDecided = chapters.every(({ incident, outcome }) =>
        incident.scenario.expected.outcome === "untouched" || outcome.kind !== "pending"
      );
      if (isDecided) endedAtMs ??= nowMs;
    },
    isOver,
    scene: () => ({
      seed,
      speed,
      atMs: world.clock.now() - startMs,
      clusters: chapters.map((chapter) => sceneCluster(chapter, world.server)),
    }),
    result(): DemoResult {
      const clusters = chapters.map(clusterResult);
      return { ok: clusters.every(({ ok }) => ok), seed, clusters };
    },
  };
}

function resolvedAt(
  { resolvedAtMs }: Chapter,
  { kind }: Outcome,
  nowMs: number,
): number | undefined {
  return kind === "succeeded" ? resolvedAtMs ?? nowMs : resolvedAtMs;
}
