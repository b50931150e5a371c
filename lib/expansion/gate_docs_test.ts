// Goal: the gate in docs/gates.md is the gate of the program, row by row and cell by cell.

import assert from "node:assert/strict";
import { isReason } from "../explain/reasons.ts";
import { URGENCIES } from "../testing/gate_table.ts";
import { GATE, type GateRow, type Urgency } from "./preflight.ts";
import { SIZE_GATE } from "./size_gate.ts";

const PAGE = new URL("../../docs/gates.md", import.meta.url);

/** The rows of the table below a heading, cell by cell. */
async function tableOf(heading: string): Promise<string[][]> {
  const text = await Deno.readTextFile(PAGE);
  const section = text.split(`\n## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
  return section.split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()));
}

/** `always`, `never`, or `sometimes`, where it depends on more than the urgency. */
function yieldOf({ yieldsTo, yieldsIf }: GateRow, urgency: Urgency): string {
  if (yieldsTo.includes(urgency)) return "always";
  return yieldsIf?.urgency === urgency ? "sometimes" : "never";
}

function yieldInWords(cell: string): string {
  if (cell === "holds") return "never";
  return cell === "goes on" ? "always" : "sometimes";
}

Deno.test("docs/gates.md has the gate of the program in its order, and what each row yields to", async () => {
  const program = [
    ...GATE,
    ...SIZE_GATE.map(({ guards }) => ({ guards, yieldsTo: [], check: () => undefined })),
  ].map((row: GateRow) => [row.guards, ...URGENCIES.map((urgency) => yieldOf(row, urgency))]);
  const page = (await tableOf("The gate")).map(([reason = "", , ...cells]) => [
    reason.replaceAll("`", ""),
    ...cells.map(yieldInWords),
  ]);
  assert.deepEqual(page, program);
});

Deno.test("docs/gates.md names reasons of the vocabulary alone", async () => {
  const named = (await Deno.readTextFile(PAGE)).matchAll(/^\| `([A-Za-z]+)` +\|/gm);
  const reasons = [...named].map(([, reason = ""]) => reason);
  assert.ok(reasons.length > GATE.length);
  assert.deepEqual(reasons.filter((reason) => !isReason(reason)), []);
});
