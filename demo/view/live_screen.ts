/**
 * A part of the terminal that is drawn again and again in its place.
 *
 * @module
 */

/** Writes to the terminal; says how large it is. */
export interface Terminal {
  write(text: string): void;
  /** Throws, or answers nonsense, where there is no terminal. */
  size(): { readonly columns: number; readonly rows: number };
}

/** A screen of its own, over what was there before. */
export interface LiveScreen {
  /** Replaces what is shown. */
  show(lines: readonly string[]): void;
  /** Gives the terminal back as it was, with `lines` left behind. Does nothing the second time. */
  close(lines?: readonly string[]): void;
}

const ESCAPE = "\u001b[";
const OPEN = `${ESCAPE}?1049h${ESCAPE}?25l`;
const CLOSE = `${ESCAPE}?25h${ESCAPE}?1049l`;
const HOME = `${ESCAPE}H`;
const CLEAR_REST_OF_LINE = `${ESCAPE}K`;
const CLEAR_BELOW = `${ESCAPE}J`;

/** Opens the alternate screen with its cursor hidden. */
export function openLiveScreen(terminal: Pick<Terminal, "write">): LiveScreen {
  let open = true;
  terminal.write(OPEN);
  return {
    show(lines): void {
      if (!open) return;
      const text = lines.map((line) => `${line}${CLEAR_REST_OF_LINE}`).join("\r\n");
      terminal.write(`${HOME}${text}${CLEAR_BELOW}`);
    },
    close(lines = []): void {
      if (!open) return;
      open = false;
      terminal.write(`${CLOSE}${lines.map((line) => `${line}\r\n`).join("")}`);
    },
  };
}
