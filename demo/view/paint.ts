/**
 * Colours, or none where the output is no terminal or its reader wants none.
 *
 * @module
 */

import { styleText } from "node:util";

import type { Level } from "../../lib/threshold/level.ts";
import type { StoryLine } from "../scene.ts";

/** Colours that the demonstration uses. */
export type Colour = "green" | "yellow" | "red" | "cyan" | "gray" | "bold";

/** Colours a text. */
export type Paint = (colour: Colour, text: string) => string;

/** Escape sequences of terminals. */
export const colours: Paint = (colour, text) => styleText(colour, text, { validateStream: false });

/** The text as it is. */
export const noColours: Paint = (_colour, text) => text;

/** The colour of a level: calm, watchful, pressing. */
export function colourOfLevel(level: Level | "unknown" | undefined): Colour {
  switch (level) {
    case undefined:
    case "unknown":
      return "gray";
    case "ok":
      return "green";
    case "warning":
    case "critical":
      return "yellow";
    case "expansion":
    case "emergency":
    case "full":
      return "red";
    default:
      return level satisfies never;
  }
}

/** The colour of a line's tone; neutral lines have none. */
export function colourOfTone(tone: StoryLine["tone"]): Colour | undefined {
  if (tone === "neutral") return undefined;
  return tone === "good" ? "green" : "red";
}
