/**
 * What a server is asked, for PostgreSQL 13 to 18 (`wal.md` §6). Every statement only reads, and all but
 * `pg_stat_replication` and `pg_stat_wal_receiver` may be read by everybody; those show NULLs without
 * `pg_read_all_stats`. Times are told by the server's own clock.
 *
 * @module
 */

/** A server has tens of slots and walsenders; beyond this many an answer counts as none. */
export const ROWS_MAX = 1_000;

/** The first question, which every version understands: who answers, where it is, and how it is set. */
export const STATUS_QUERY = `
SELECT current_setting('server_version_num')::int AS version_number,
  s.system_identifier::text AS system_identifier,
  extract(epoch FROM pg_postmaster_start_time())::float8 * 1000 AS started_at_ms,
  extract(epoch FROM now())::float8 * 1000 AS now_ms,
  pg_is_in_recovery() AS is_in_recovery,
  CASE WHEN NOT pg_is_in_recovery() THEN pg_current_wal_lsn()::text END AS current_lsn,
  CASE WHEN NOT pg_is_in_recovery() THEN left(pg_walfile_name(pg_current_wal_lsn()), 8) END
    AS current_timeline,
  pg_last_wal_receive_lsn()::text AS receive_lsn,
  pg_last_wal_replay_lsn()::text AS replay_lsn,
  (SELECT received_tli FROM pg_stat_wal_receiver) AS received_timeline,
  c.timeline_id AS checkpoint_timeline,
  r.min_recovery_end_timeline AS recovery_timeline,
  pg_has_role(current_user, 'pg_read_all_stats', 'USAGE') AS statistics_visible,
  current_setting('archive_mode') AS archive_mode,
  CASE
    WHEN coalesce(current_setting('archive_library', true), '') <> '' THEN 'own'
    WHEN current_setting('archive_command') IN
      ('', '(disabled)', 'true', '/bin/true', '/usr/bin/true', ':', 'exit 0') THEN 'none'
    WHEN current_setting('archive_command') LIKE '/controller/manager %' THEN 'operator'
    ELSE 'own'
  END AS archiver_kind,
  pg_size_bytes(current_setting('wal_keep_size'))::float8 AS wal_keep_bytes,
  pg_size_bytes(current_setting('min_wal_size'))::float8 AS min_wal_bytes,
  pg_size_bytes(current_setting('max_wal_size'))::float8 AS max_wal_bytes,
  current_setting('wal_init_zero')::bool AS wal_init_zero,
  current_setting('checkpoint_completion_target')::float8 AS completion_target
FROM pg_control_system() s, pg_control_checkpoint() c, pg_control_recovery() r`;

/** Replication slots, in the columns that a major has. */
export function slotsQuery(major: number): string {
  const sinceSeventeen = `invalidation_reason,
  extract(epoch FROM inactive_since)::float8 * 1000 AS inactive_since_ms`;
  const beforeSeventeen = `NULL AS invalidation_reason, NULL::float8 AS inactive_since_ms`;
  const idleTimeout = `coalesce(
    NOT active AND NOT synced AND current_setting('idle_replication_slot_timeout') <> '0'
    AND inactive_since + current_setting('idle_replication_slot_timeout')::interval < now(),
    false)`;
  return `
SELECT slot_name::text AS name, slot_type AS type, active, temporary,
  restart_lsn::text AS restart_lsn, wal_status, safe_wal_size::text AS safe_wal_bytes,
  ${major >= 17 ? sinceSeventeen : beforeSeventeen},
  ${major >= 18 ? idleTimeout : "false"} AS idle_timeout_passed
FROM pg_replication_slots ORDER BY slot_name LIMIT ${ROWS_MAX + 1}`;
}

/** Connected standbys and receivers. */
export const SENDERS_QUERY = `
SELECT r.pid, r.application_name, r.state,
  r.sent_lsn::text AS sent_lsn, r.write_lsn::text AS write_lsn,
  r.flush_lsn::text AS flush_lsn, r.replay_lsn::text AS replay_lsn,
  EXISTS (SELECT FROM pg_replication_slots s WHERE s.active_pid = r.pid) AS uses_slot,
  extract(epoch FROM r.backend_start)::float8 * 1000 AS backend_start_ms
FROM pg_stat_replication r ORDER BY r.pid LIMIT ${ROWS_MAX + 1}`;

/** How archiving goes. */
export const ARCHIVER_QUERY = `
SELECT archived_count::float8 AS archived_count, failed_count::float8 AS failed_count,
  last_archived_wal AS last_archived_file, last_failed_wal AS last_failed_file,
  extract(epoch FROM now() - last_archived_time)::float8 * 1000 AS last_archived_age_ms,
  extract(epoch FROM now() - last_failed_time)::float8 * 1000 AS last_failed_age_ms,
  coalesce(extract(epoch FROM stats_reset)::float8 * 1000, 0) AS reset_at_ms
FROM pg_stat_archiver`;

/** The WAL summarizer, from 17 on. */
export const SUMMARIZER_QUERY = `
SELECT current_setting('summarize_wal')::bool AS is_on, summarized_lsn::text AS summarized_lsn
FROM pg_get_wal_summarizer_state()`;

/** The first major with a WAL summarizer. */
export const SUMMARIZER_MAJOR = 17;
