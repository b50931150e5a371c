/**
 * Metrics as text, written straight from what is known when they are asked for.
 *
 * A client library keeps an object for every series between two scrapes; thousands of series about volumes
 * would cost more memory than the volumes themselves (docs/budgets.md).
 *
 * @module
 */

import { metricName } from "./metric_name.ts";

/** A metric family, under a name without our prefix. */
export interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge";
}

/** One series: its labels as {@link labelText} wrote them, and its value. */
export type Series = readonly [labels: string, value: number];

/** Labels as they stand between braces; empty where there are none. */
export function labelText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${escapeValue(value)}"`)
    .join(",");
}

/** A family with its series in the text format 0.0.4; one without series has its head alone. */
export function formatFamily({ name, help, type }: Family, series: Iterable<Series>): string {
  const fullName = metricName(name);
  let text = `# HELP ${fullName} ${escapeHelp(help)}\n# TYPE ${fullName} ${type}\n`;
  for (const [labels, value] of series) {
    const braced = labels === "" ? "" : `{${labels}}`;
    text += `${fullName}${braced} ${formatValue(value)}\n`;
  }
  return text;
}

function escapeHelp(help: string): string {
  return help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

function escapeValue(value: string): string {
  return escapeHelp(value).replaceAll('"', '\\"');
}

function formatValue(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return "+Inf";
  return value === Number.NEGATIVE_INFINITY ? "-Inf" : String(value);
}
