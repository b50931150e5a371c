/**
 * The forecasts' table.
 *
 * @module
 */

import { createSeededRandom } from "../../../sim/random/seeded_random.ts";
import { MINUTE } from "../../../lib/units/millis.ts";
import { median, percentile } from "../statistics.ts";
import { joinVerdicts, judge, lateOrMissed, type Verdict } from "./judge.ts";
import { foretell } from "./methods.ts";
import { archiveBroken, archiveFlaps, sharedVolume } from "./simulated.ts";
import { type Workload, WORKLOADS } from "./workloads.ts";

const SEEDS = [1, 2, 3, 4, 5];

const ALL: ReadonlyMap<string, Workload> = new Map([
  ...WORKLOADS,
  ["pg: archive broken", archiveBroken],
  ["pg: archive flaps", archiveFlaps],
  ["pg: data and WAL", sharedVolume],
]);

const HEADER = [
  "Workload",
  "Method",
  "error, median",
  "error, p90",
  "silent",
  "false alarms a day",
  "lead, median",
  "late or missed",
];

/** Plays every workload with every seed and puts the methods side by side, in Markdown. */
export function forecastTable(): string {
  const rows: string[][] = [HEADER, HEADER.map(() => "---")];
  const totals = new Map<string, Verdict[]>();
  for (const [workload, make] of ALL) {
    const lives = SEEDS.map((seed) => make(createSeededRandom(seed).fork(workload)));
    const verdicts = new Map<string, Verdict[]>();
    for (const life of lives) {
      for (const [name, foretold] of foretell(life)) {
        verdicts.set(name, [...verdicts.get(name) ?? [], judge(life, foretold)]);
      }
    }
    for (const [name, own] of verdicts) {
      rows.push([workload, name, ...cellsOf(joinVerdicts(own))]);
      totals.set(name, [...totals.get(name) ?? [], ...own]);
    }
  }
  for (const [name, verdicts] of totals) {
    rows.push(["all", name, ...cellsOf(joinVerdicts(verdicts))]);
  }
  return align(rows);
}

function cellsOf(verdict: Verdict): string[] {
  const { errors, silent, falseAlarms, days, leadsMs } = verdict;
  const judged = errors.length + silent;
  const leads = leadsMs.map((lead) => (lead ?? 0) / MINUTE);
  return [
    errors.length === 0 ? "–" : factor(median(errors)),
    errors.length === 0 ? "–" : factor(percentile(errors, 0.9)),
    judged === 0 ? "–" : `${Math.round(100 * silent / judged)} %`,
    (falseAlarms / days).toFixed(2),
    leads.length === 0 ? "–" : `${Math.round(median(leads))} min`,
    leads.length === 0 ? "–" : `${lateOrMissed(verdict)} of ${leads.length}`,
  ];
}

function factor(value: number): string {
  if (value >= 1000) return "> × 1000";
  return `× ${value >= 10 ? value.toFixed(0) : value.toFixed(2)}`;
}

function align(rows: readonly (readonly string[])[]): string {
  const widths = HEADER.map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length))
  );
  return rows.map((row) =>
    `| ${
      row.map((cell, column) => cell.padEnd(widths[column] ?? 0, cell === "---" ? "-" : " "))
        .join(" | ")
    } |`
  ).join("\n");
}
