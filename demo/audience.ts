/**
 * Who watches: a terminal that is drawn anew, or a file to which lines are written.
 *
 * @module
 */

import type { Scene, StoryLine } from "./scene.ts";
import { drawScene } from "./view/draw_scene.ts";
import { formatLine } from "./view/format_line.ts";
import { openLiveScreen, type Terminal } from "./view/live_screen.ts";
import { colours, noColours, type Paint } from "./view/paint.ts";

/** Takes what is shown. */
export interface Audience {
  readonly paint: Paint;
  /** A line of the story was told. */
  hear(line: StoryLine): void;
  /** Time has passed. */
  see(scene: Scene, story: readonly StoryLine[]): void;
  /** The end; `lines` are left behind. */
  leave(lines: readonly string[]): void;
}

/** Room where a terminal does not say how large it is. */
const USUAL_ROOM = { columns: 80, rows: 24 } as const;

/** A terminal of less room cannot show anything of use, and is drawn as if it had this. */
const ROWS_MIN = 12;

/** Draws everything in place; `hints` stay below. */
export function createLiveAudience(
  terminal: Terminal,
  hints: readonly string[],
  paint: Paint = colours,
): Audience {
  const screen = openLiveScreen(terminal);
  return {
    paint,
    hear: () => {},
    see(scene, story): void {
      const { columns, rows } = sizeOf(terminal);
      const room = { columns, rows: Math.max(ROWS_MIN, rows) - hints.length };
      const below = hints.map((hint) => paint("gray", hint.slice(0, columns)));
      const drawn = drawScene(scene, story, room, paint);
      const gap = Array.from({ length: Math.max(0, room.rows - drawn.length) }, () => "");
      screen.show([...drawn, ...gap, ...below]);
    },
    leave: (lines) => screen.close(lines),
  };
}

/** Writes line after line. */
export function createPlainAudience(
  write: (text: string) => void,
  paint: Paint = noColours,
): Audience {
  return {
    paint,
    hear: (line) => write(`${formatLine(line, paint)}\n`),
    see: () => {},
    leave: (lines) => write(lines.map((line) => `${line}\n`).join("")),
  };
}

function sizeOf(terminal: Terminal): { readonly columns: number; readonly rows: number } {
  try {
    const { columns, rows } = terminal.size();
    return columns > 0 && rows > 0 ? { columns, rows } : USUAL_ROOM;
  } catch {
    return USUAL_ROOM;
  }
}
