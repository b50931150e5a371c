/**
 * Colours, or none.
 *
 * @module
 */

import type { Level } from "../../lib/threshold/level.ts";

/** What a word is meant to tell before it is read. */
export type Tone = "good" | "attention" | "bad" | "heading" | "plain";

/** Paints words. */
export interface Style {
  paint(tone: Tone, text: string): string;
}

const CODES: Readonly<Record<Tone, string>> = {
  good: "32",
  attention: "33",
  bad: "31",
  heading: "1",
  plain: "",
};

const ESCAPE = "\u001b";

/** For pipes, files and those who asked for it. */
export const PLAIN_STYLE: Style = { paint: (_tone, text) => text };

/** For terminals. */
export const COLOUR_STYLE: Style = {
  paint: (tone, text) => CODES[tone] === "" ? text : `${ESCAPE}[${CODES[tone]}m${text}${ESCAPE}[0m`,
};

/** How a level looks. */
export function toneOfLevel(level: Level | "unknown"): Tone {
  switch (level) {
    case "ok":
      return "good";
    case "unknown":
    case "warning":
      return "attention";
    case "critical":
    case "expansion":
    case "emergency":
    case "full":
      return "bad";
  }
}
