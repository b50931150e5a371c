// Goal: the controller acts, waits and refuses as every cell of the gate table says (DESIGN §5), and tells why.
// Method: the whole controller in a simulated world; the obstacle is there before it starts, and a minute later
// one volume has to grow. Where waiting alone lifts the obstacle, the wait has to end.

import { GATE_ROWS } from "./gates/gate_rows.ts";
import { URGENCIES } from "./gates/gate_row.ts";
import { playGate } from "./gates/play_gate.ts";
import { readCrds } from "./read_crds.ts";

const crds = await readCrds();

const SUBJECTS = {
  routine: "a volume above the expansion threshold",
  emergency: "a volume above the emergency threshold",
  rescue: "a full volume",
  manual: "a volume for which a user asks",
} as const;

for (const row of GATE_ROWS) {
  for (const [column, urgency] of URGENCIES.entries()) {
    const cell = row.cells[column];
    if (cell === undefined) continue;
    const verb = cell.kind === "held" ? `holds, for ${cell.reason},` : cell.kind;
    const preposition = cell.kind === "held" ? "" : " on";
    Deno.test(
      `the controller ${verb}${preposition} ${SUBJECTS[urgency]} ${row.name}`,
      () => playGate(row, urgency, cell, crds),
    );
  }
}
