/**
 * A cluster in one line: how it stands, and its fullest volume.
 *
 * @module
 */

import { PHASE } from "../../sim/operator/names.ts";
import type { Outcome, SceneCluster, SceneVolume } from "../scene.ts";
import { describeSize, drawBar, usedPercent } from "./draw_bar.ts";
import { type Colour, colourOfLevel, type Paint } from "./paint.ts";

/** `analytics/reports-2` */
const NAME_COLUMNS = 19;
/** `data`, `wal`, the first of a tablespace. */
const ROLE_COLUMNS = 4;
/** With all else it fills a terminal of 80 columns. */
const BAR_COLUMNS = 16;
/** `   85 %  8.5 GiB of 10 GiB → 15 GiB` */
const SIZE_COLUMNS = 37;
/** All of these, the mark, and what stands between them. */
const ROW_COLUMNS = NAME_COLUMNS + ROLE_COLUMNS + BAR_COLUMNS + SIZE_COLUMNS + 4;
/** In less room a sentence says nothing. */
const MORE_COLUMNS_MIN = 16;

/** How rows are drawn. */
export interface RowScale {
  readonly columns: number;
  /** Bars of all rows have the same length for it, so that sizes can be compared. */
  readonly longestBytes: number;
}

/** Draws a cluster. */
export function drawRow(cluster: SceneCluster, scale: RowScale, paint: Paint): string {
  const { namespace, name, level, incident, phase, volumes, outcome, says } = cluster;
  const [mark, colour] = markOf(outcome);
  const title = fitted(`${namespace}/${name}`, NAME_COLUMNS);
  const head = `${paint(colour, mark)} ${paint("bold", title)}`;
  const fullest = fullestOf(volumes);
  if (fullest === undefined) return `${head} ${paint("gray", incident)}`;
  const role = paint(colourOfLevel(level), fitted(fullest.role, ROLE_COLUMNS));
  const bar = `${head} ${role} ${drawBar(fullest, scale.longestBytes, BAR_COLUMNS, paint)}`;
  if (!isCalm(phase)) return `${bar}  ${paint("red", phase)}`;
  const size = describeSize(fullest);
  const more = outcome.kind === "pending" ? says ?? incident : outcome.summary;
  const moreColumns = scale.columns - ROW_COLUMNS;
  if (moreColumns < MORE_COLUMNS_MIN) return `${bar}${size}`;
  const told = fitted(more, moreColumns).trimEnd();
  return `${bar}${size.padEnd(SIZE_COLUMNS)}${paint("gray", told)}`;
}

/** The sign of how a story stands, and its colour. */
export function markOf({ kind }: Outcome): readonly [mark: string, colour: Colour] {
  switch (kind) {
    case "pending":
      return ["›", "cyan"];
    case "succeeded":
      return ["✓", "green"];
    case "failed":
      return ["✗", "red"];
    default:
      return kind satisfies never;
  }
}

/** Whether CloudNativePG has nothing to say of a cluster. */
export function isCalm(phase: string): boolean {
  return phase === "" || phase === PHASE.healthy;
}

function fullestOf(volumes: readonly SceneVolume[]): SceneVolume | undefined {
  return volumes.toSorted((first, second) => usedPercent(second) - usedPercent(first))[0];
}

function fitted(text: string, columns: number): string {
  return text.length <= columns ? text.padEnd(columns) : `${text.slice(0, columns - 1)}…`;
}
