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
SELECT current_setting('server_version_num')::int AS "versionNumber",
  s.system_identifier::text AS "systemIdentifier",
  extract(epoch FROM pg_postmaster_start_time())::float8 * 1000 AS "startedAtMs",
  extract(epoch FROM now())::float8 * 1000 AS "nowMs",
  pg_is_in_recovery() AS "isInRecovery",
  CASE WHEN NOT pg_is_in_recovery() THEN pg_current_wal_lsn()::text END AS "currentLsn",
  CASE WHEN NOT pg_is_in_recovery() THEN left(pg_walfile_name(pg_current_wal_lsn()), 8) END
    AS "currentTimeline",
  pg_last_wal_receive_lsn()::text AS "receiveLsn",
  pg_last_wal_replay_lsn()::text AS "replayLsn",
  (SELECT received_tli FROM pg_stat_wal_receiver) AS "receivedTimeline",
  c.timeline_id AS "checkpointTimeline",
  r.min_recovery_end_timeline AS "recoveryTimeline",
  pg_has_role(current_user, 'pg_read_all_stats', 'USAGE') AS "statisticsVisible",
  current_setting('archive_mode') AS "archiveMode",
  CASE
    WHEN coalesce(current_setting('archive_library', true), '') <> '' THEN 'own'
    WHEN current_setting('archive_command') IN
      ('', '(disabled)', 'true', '/bin/true', '/usr/bin/true', ':', 'exit 0') THEN 'none'
    WHEN current_setting('archive_command') LIKE '/controller/manager %' THEN 'operator'
    ELSE 'own'
  END AS "archiverKind",
  pg_size_bytes(current_setting('wal_keep_size'))::float8 AS "walKeepBytes",
  pg_size_bytes(current_setting('min_wal_size'))::float8 AS "minWalBytes",
  pg_size_bytes(current_setting('max_wal_size'))::float8 AS "maxWalBytes",
  current_setting('wal_init_zero')::bool AS "walInitZero",
  current_setting('checkpoint_completion_target')::float8 AS "completionTarget"
FROM pg_control_system() s, pg_control_checkpoint() c, pg_control_recovery() r`;

/** Replication slots, in the columns that a major has. */
export function slotsQuery(major: number): string {
  const sinceSeventeen = `invalidation_reason AS "invalidationReason",
  extract(epoch FROM inactive_since)::float8 * 1000 AS "inactiveSinceMs"`;
  const beforeSeventeen = `NULL AS "invalidationReason", NULL::float8 AS "inactiveSinceMs"`;
  const idleTimeout = `coalesce(
    NOT active AND NOT synced AND current_setting('idle_replication_slot_timeout') <> '0'
    AND inactive_since + current_setting('idle_replication_slot_timeout')::interval < now(),
    false)`;
  return `
SELECT slot_name::text AS name, slot_type AS type, active, temporary,
  restart_lsn::text AS "restartLsn", wal_status AS "walStatus", safe_wal_size::text AS "safeWalBytes",
  ${major >= 17 ? sinceSeventeen : beforeSeventeen},
  ${major >= 18 ? idleTimeout : "false"} AS "idleTimeoutPassed"
FROM pg_replication_slots ORDER BY slot_name LIMIT ${ROWS_MAX + 1}`;
}

/** Connected standbys and receivers. */
export const SENDERS_QUERY = `
SELECT r.pid, r.application_name AS "applicationName", r.state,
  r.sent_lsn::text AS "sentLsn", r.write_lsn::text AS "writeLsn",
  r.flush_lsn::text AS "flushLsn", r.replay_lsn::text AS "replayLsn",
  EXISTS (SELECT FROM pg_replication_slots s WHERE s.active_pid = r.pid) AS "usesSlot",
  extract(epoch FROM r.backend_start)::float8 * 1000 AS "backendStartMs"
FROM pg_stat_replication r ORDER BY r.pid LIMIT ${ROWS_MAX + 1}`;

/** How archiving goes. */
export const ARCHIVER_QUERY = `
SELECT archived_count::float8 AS "archivedCount", failed_count::float8 AS "failedCount",
  last_archived_wal AS "lastArchivedFile", last_failed_wal AS "lastFailedFile",
  extract(epoch FROM now() - last_archived_time)::float8 * 1000 AS "lastArchivedAgeMs",
  extract(epoch FROM now() - last_failed_time)::float8 * 1000 AS "lastFailedAgeMs",
  coalesce(extract(epoch FROM stats_reset)::float8 * 1000, 0) AS "resetAtMs"
FROM pg_stat_archiver`;

/** The WAL summarizer, from 17 on. */
export const SUMMARIZER_QUERY = `
SELECT current_setting('summarize_wal')::bool AS "isOn", summarized_lsn::text AS "summarizedLsn"
FROM pg_get_wal_summarizer_state()`;

/** The first major with a WAL summarizer. */
export const SUMMARIZER_MAJOR = 17;
