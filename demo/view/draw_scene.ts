/**
 * The whole stage as lines of text: clusters with bars above, the latest of the story below.
 *
 * @module
 */

import { stripVTControlCharacters } from "node:util";

import type { Scene, SceneCluster, SceneVolume, StoryLine } from "../scene.ts";
import { describeSize, drawBar, usedPercent } from "./draw_bar.ts";
import { drawRow, isCalm, markOf } from "./draw_row.ts";
import { formatLine, formatStoryTime } from "./format_line.ts";
import { colourOfLevel, type Paint } from "./paint.ts";

/** The room that there is. */
export interface Room {
  readonly columns: number;
  readonly rows: number;
}

/** Wider bars say no more. */
const BAR_COLUMNS_MAX = 40;
/** What stands beside a bar: role, percent, sizes. */
const BESIDE_BAR_COLUMNS = 56;
/** Lines of the story that are always shown. */
const STORY_ROWS_MIN = 4;
/** Title, heading of the story. */
const FRAME_ROWS = 2;
const ROLE_COLUMNS = 22;

/**
 * Draws a scene into a room. Clusters that do not fit even in a line each are counted, the most pressing are shown;
 * of the story the latest lines are.
 */
export function drawScene(
  scene: Scene,
  story: readonly StoryLine[],
  room: Room,
  paint: Paint,
): string[] {
  const clusterRows = Math.max(0, room.rows - FRAME_ROWS - STORY_ROWS_MIN);
  const clusters = fittingClusters(scene.clusters, room, clusterRows, paint);
  const restRows = room.rows - FRAME_ROWS - clusters.length;
  const gap = restRows > STORY_ROWS_MIN ? [""] : [];
  const storyRows = Math.max(STORY_ROWS_MIN, restRows - gap.length);
  const told = story.slice(-storyRows).map((line) => formatLine(line, paint));
  return [drawTitle(scene, paint), ...clusters, ...gap, paint("bold", "The story"), ...told]
    .slice(0, room.rows)
    .map((line) => cutLine(line, room.columns));
}

function drawTitle({ atMs, speed, seed }: Scene, paint: Paint): string {
  const facts = `story ${formatStoryTime(atMs)} · ${speed} times as fast · seed ${seed}`;
  return `${paint("bold", "CNPG Storage Manager")}  ${paint("gray", facts)}`;
}

/** With all their volumes where they fit, else a line each. */
function fittingClusters(
  clusters: readonly SceneCluster[],
  room: Room,
  rows: number,
  paint: Paint,
): string[] {
  const drawn = clusters.flatMap((cluster) => drawCluster(cluster, room, paint));
  if (drawn.length <= rows) return drawn;
  const longestBytes = longestOf(clusters.flatMap(({ volumes }) => volumes));
  const shown = clusters.length <= rows ? clusters : mostPressing(clusters, Math.max(0, rows - 1));
  const scale = { columns: room.columns, longestBytes };
  const lines = shown.map((cluster) => drawRow(cluster, scale, paint));
  const hidden = clusters.length - shown.length;
  return hidden === 0 ? lines : [...lines, paint("gray", `… and ${hidden} more`)];
}

/** An eye finds a cluster again where it was: those that are shown keep their order. */
function mostPressing(clusters: readonly SceneCluster[], count: number): readonly SceneCluster[] {
  const chosen = new Set(
    clusters.toSorted((left, right) => pressure(right) - pressure(left)).slice(0, count),
  );
  return clusters.filter((cluster) => chosen.has(cluster));
}

function longestOf(volumes: readonly SceneVolume[]): number {
  return volumes.reduce(
    (longest, { sizeBytes, requestedBytes = 0 }) => Math.max(longest, sizeBytes, requestedBytes),
    1,
  );
}

/** What is undecided comes before what has ended, and the fullest first. */
function pressure(cluster: SceneCluster): number {
  const fullest = Math.max(0, ...cluster.volumes.map(usedPercent));
  return cluster.outcome.kind === "pending" ? 100 + fullest : fullest;
}

function drawCluster(cluster: SceneCluster, { columns }: Room, paint: Paint): string[] {
  const { namespace, name, incident, phase, level } = cluster;
  const facts = isCalm(phase) ? incident : `${incident} · ${phase}`;
  const judged = level === undefined ? "" : `  ${paint(colourOfLevel(level), level)}`;
  const volumes = fullestOfEachRole(cluster.volumes);
  const longestBytes = longestOf(volumes);
  const barColumns = Math.max(1, Math.min(BAR_COLUMNS_MAX, columns - BESIDE_BAR_COLUMNS));
  return [
    `${paint("bold", `${namespace}/${name}`)}${judged}  ${paint("gray", facts)}`,
    ...volumes.map((volume) => {
      const bar = drawBar(volume, longestBytes, barColumns, paint);
      const label = `  ${volume.instance} ${volume.role}`.padEnd(ROLE_COLUMNS);
      return `${label} ${bar}${describeSize(volume)}`;
    }),
    drawEnd(cluster, paint),
  ].filter((line) => line !== "");
}

function drawEnd({ outcome, says }: SceneCluster, paint: Paint): string {
  const [mark, colour] = markOf(outcome);
  const text = outcome.kind === "pending" ? says ?? "" : outcome.summary;
  return text === "" ? "" : `  ${paint(colour, mark)} ${text}`;
}

/** Of a role the fullest volume decides, as it does for the manager. */
function fullestOfEachRole(volumes: readonly SceneVolume[]): SceneVolume[] {
  const fullest = new Map<string, SceneVolume>();
  for (const volume of volumes) {
    const known = fullest.get(volume.role);
    if (known === undefined || usedPercent(volume) > usedPercent(known)) {
      fullest.set(volume.role, volume);
    }
  }
  return [...fullest.values()];
}

/** Cuts a line to what is seen of it; one that is too long loses its colours with its end. */
function cutLine(line: string, columns: number): string {
  const plain = stripVTControlCharacters(line);
  return plain.length <= columns ? line : `${plain.slice(0, Math.max(0, columns - 1))}…`;
}
