import assert from "node:assert/strict";
import { formatBudgetTable, megabytes } from "./budget_table.ts";

Deno.test("formatBudgetTable() shows what was measured beside its budget", () => {
  const table = formatBudgetTable([
    { what: "memory", amount: megabytes(80 * 1024 ** 2), unit: "MB", budget: 100 },
    { what: "start", amount: 1_234.5, unit: "ms" },
  ]);
  assert.deepEqual(table.split("\n"), [
    "| What   | Measured | Budget | Share of it |",
    "| ------ | -------- | ------ | ----------- |",
    "| memory | 80.0 MB  | 100 MB | 80 %        |",
    "| start  | 1235 ms  |        |             |",
  ]);
});
