/**
 * WAL: what PostgreSQL still needs of it, what may go, and what to do when the room for it ends.
 *
 * @module
 */

export * from "./archive_constraint.ts";
export * from "./archive_status.ts";
export * from "./backup_label.ts";
export * from "./ballast.ts";
export * from "./checkpoint.ts";
export * from "./checkpoint_gain.ts";
export * from "./constraints.ts";
export * from "./control_file.ts";
export * from "./control_file_layout.ts";
export * from "./crc32c.ts";
export * from "./cut_off.ts";
export * from "./evidence.ts";
export * from "./fact.ts";
export * from "./gate.ts";
export * from "./gate_files.ts";
export * from "./gate_moment.ts";
export * from "./ground.ts";
export * from "./headroom.ts";
export * from "./hold.ts";
export * from "./holders.ts";
export * from "./ladder.ts";
export * from "./listing.ts";
export * from "./lsn.ts";
export * from "./postmaster_pid.ts";
export * from "./reasons.ts";
export * from "./recovery_signal.ts";
export * from "./recycling.ts";
export * from "./remedies.ts";
export * from "./removal.ts";
export * from "./segment.ts";
export * from "./segment_name.ts";
export * from "./sender_constraint.ts";
export * from "./slot_constraint.ts";
export * from "./slot_state.ts";
export * from "./spill.ts";
export * from "./timeline_history.ts";
export * from "./wal_file.ts";
export * from "./wal_summary.ts";
