/**
 * Tables as kubectl prints them: no borders, columns as wide as they must be, three spaces between them.
 *
 * @module
 */

import { type Style, type Tone } from "./style.ts";

const GAP = "   ";

/** A text and how it is meant. */
export type Cell = string | { readonly text: string; readonly tone: Tone };

/** One column: its heading, and what it shows of a row. */
export interface Column<Row> {
  readonly heading: string;
  cell(row: Row): Cell;
}

/** The lines of a table. Empty cells are shown as kubectl shows them, so that words can be counted. */
export function tableLines<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  options: { readonly headings: boolean; readonly style: Style },
): string[] {
  const headings = options.headings ? [columns.map(({ heading }): Cell => heading)] : [];
  const lines = [...headings, ...rows.map((row) => columns.map((column) => column.cell(row)))];
  const widths = columns.map((_, index) =>
    Math.max(0, ...lines.map((cells) => textOf(cells[index]).length))
  );
  return lines.map((cells) =>
    cells.map((cell, index) => {
      const text = textOf(cell);
      const painted = typeof cell === "string" ? text : options.style.paint(cell.tone, text);
      const isLast = index === cells.length - 1;
      return isLast ? painted : painted + " ".repeat((widths[index] ?? 0) - text.length);
    }).join(GAP)
  );
}

function textOf(cell: Cell | undefined): string {
  const text = typeof cell === "string" ? cell : cell?.text ?? "";
  return text === "" ? "<none>" : text.replaceAll(/\s+/g, " ");
}
