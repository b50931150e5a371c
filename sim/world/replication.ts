/**
 * How the servers of one cluster hang together: slots, streaming, and who leads.
 *
 * @module
 */

import type { SimulatedInstance } from "./world.ts";

/** Name of the slot that CNPG keeps for an instance on the primary (`cnpg.md` §8). */
function slotName(instance: string): string {
  return `_cnpg_${instance.toLowerCase().replaceAll(/[^a-z0-9_]/g, "_")}`;
}

/** The instance whose server leads, running or not. */
export function leaderOf(instances: readonly SimulatedInstance[]): SimulatedInstance | undefined {
  return instances.find(({ postgres }) => postgres.isPrimary);
}

/** Streams what the primary has to every standby that runs, and moves their slots. */
export function stream(instances: readonly SimulatedInstance[]): void {
  const leader = leaderOf(instances);
  if (leader === undefined || leader.postgres.state.kind !== "running") return;
  for (const { name, postgres } of instances) {
    if (postgres.isPrimary || postgres.state.kind !== "running") continue;
    postgres.replayTo(leader.postgres.progress);
    leader.postgres.advanceSlot(slotName(name), postgres.progress.insertPositionBytes);
  }
}

/** Lets the leader hold WAL for an instance. */
export function addSlot(instances: readonly SimulatedInstance[], name: string): void {
  const leader = leaderOf(instances);
  if (leader !== undefined && leader.name !== name) leader.postgres.createSlot(slotName(name));
}

/** The instance is gone, and so is its slot. */
export function dropSlot(instances: readonly SimulatedInstance[], name: string): void {
  leaderOf(instances)?.postgres.dropSlot(slotName(name));
}

/** One standby leads from now on; the old leader follows, at once or when it is back (pg_rewind). */
export function lead(
  instances: readonly SimulatedInstance[],
  name: string,
  nowMs: number,
): void {
  const next = instances.find((instance) => instance.name === name);
  if (next === undefined || next.postgres.isPrimary) return;
  for (const other of instances) {
    if (other === next) continue;
    next.postgres.createSlot(slotName(other.name));
    other.postgres.dropSlot(slotName(name));
    if (!other.postgres.isPrimary) continue;
    for (const { name: held } of instances) other.postgres.dropSlot(slotName(held));
    const wasRunning = other.postgres.state.kind === "running";
    other.postgres.stop();
    other.postgres.demote(next.postgres.progress.insertPositionBytes);
    if (wasRunning) other.postgres.start(nowMs);
  }
  next.postgres.promote();
}
