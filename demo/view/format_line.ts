/**
 * One line of the story as text.
 *
 * @module
 */

import type { StoryLine } from "../scene.ts";
import { colourOfTone, type Paint } from "./paint.ts";

/** Width of the longest teller, `kubernetes`. */
const TELLER_COLUMNS = 10;

const MS_PER_SECOND = 1_000;
const SECONDS_PER_MINUTE = 60;

/** `03:12  manager     shop/orders  Growing …` */
export function formatLine({ atMs, cluster, teller, tone, text }: StoryLine, paint: Paint): string {
  const colour = colourOfTone(tone);
  const where = cluster === undefined ? "" : `${paint("bold", cluster)}  `;
  const what = colour === undefined ? text : paint(colour, text);
  return `${formatStoryTime(atMs)}  ${
    paint("gray", teller.padEnd(TELLER_COLUMNS))
  }  ${where}${what}`;
}

/** Story time as minutes and seconds, `03:12`. */
export function formatStoryTime(atMs: number): string {
  const seconds = Math.floor(Math.max(0, atMs) / MS_PER_SECOND);
  const parts = [Math.floor(seconds / SECONDS_PER_MINUTE), seconds % SECONDS_PER_MINUTE];
  return parts.map((part) => String(part).padStart(2, "0")).join(":");
}
