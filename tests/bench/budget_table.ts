/**
 * Measurements side by side with what DESIGN §11 allows.
 *
 * @module
 */

/** One line of the table. */
export interface Measured {
  readonly what: string;
  readonly amount: number;
  /** `MB`, `ms`, `%`; a megabyte has 2^20 bytes. */
  readonly unit: string;
  /** In the same unit; absent: measured to explain another line. */
  readonly budget?: number | undefined;
}

const HEADER = ["What", "Measured", "Budget", "Share of it"];

/** A table in Markdown, its columns aligned. */
export function formatBudgetTable(lines: readonly Measured[]): string {
  const rows = [HEADER, ...lines.map(rowOf)];
  const widths = HEADER.map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length))
  );
  const [header, ...body] = rows.map((row) =>
    `| ${widths.map((width, column) => (row[column] ?? "").padEnd(width)).join(" | ")} |`
  );
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [header, rule, ...body].join("\n");
}

function rowOf({ what, amount, unit, budget }: Measured): string[] {
  const measured = `${significant(amount)} ${unit}`;
  if (budget === undefined) return [what, measured, "", ""];
  return [what, measured, `${budget} ${unit}`, `${Math.round(100 * amount / budget)} %`];
}

function significant(amount: number): string {
  if (amount >= 100) return amount.toFixed(0);
  return amount >= 1 ? amount.toFixed(1) : amount.toFixed(2);
}

/** Bytes as megabytes. */
export function megabytes(bytes: number): number {
  return bytes / 1024 ** 2;
}
