/**
 * Measures whole processes and prints them side by side with their budgets: part of `deno task bench`.
 *
 * ```text
 * processes.ts [--only controller|agent] [--clusters 10,100] [--minutes 3] [--millicores 200]
 * ```
 *
 * @module
 */

import { parseArgs } from "node:util";
import { labOrSkip } from "../lab/lab.ts";
import { measureAgent } from "./agent_budgets.ts";
import { formatBudgetTable, type Measured } from "./budget_table.ts";
import { measureController } from "./controller_budgets.ts";

const { values } = parseArgs({
  args: Deno.args,
  options: {
    only: { type: "string" },
    clusters: { type: "string", default: "10,100" },
    minutes: { type: "string", default: "3" },
    millicores: { type: "string" },
  },
});

/** Progress goes beside the table. */
function say(line: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(`${line}\n`));
}

/** The load that others put on the machine meanwhile spoils figures of time. */
function load(): string {
  const [minute = 0, , quarter = 0] = Deno.loadavg();
  return `load ${minute.toFixed(1)} (1 min), ${quarter.toFixed(1)} (15 min)`;
}

const measured: Measured[] = [];
if (values.only !== "controller") measured.push(...await measureAgent(say));
if (values.only !== "agent") {
  const decision = await labOrSkip();
  if (decision.kind === "run") {
    const sizes = values.clusters.split(",").map(Number);
    const minutes = Number(values.minutes);
    const millicores = values.millicores === undefined ? undefined : Number(values.millicores);
    measured.push(...await measureController({ sizes, minutes, millicores, say }));
  } else say(`The controller cannot be measured here: ${decision.reason}`);
}
const cores = navigator.hardwareConcurrency;
const machine = `Deno ${Deno.version.deno}, ${Deno.build.arch}, ${cores} cores, ${load()}`;
Deno.stdout.writeSync(
  new TextEncoder().encode(`${machine}\n\n${formatBudgetTable(measured)}\n`),
);
