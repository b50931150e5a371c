import assert from "node:assert/strict";
import { readWalMetrics } from "./wal_metrics.ts";

const METRICS = `# HELP cnpg_collector_pg_wal Total size in bytes of WAL segments
# TYPE cnpg_collector_pg_wal gauge
cnpg_collector_pg_wal{value="count"} 12
cnpg_collector_pg_wal{value="keep"} 32
cnpg_collector_pg_wal{value="size"} 2.01326592e+08
cnpg_collector_pg_wal{value="slots_max"} NaN
cnpg_collector_pg_wal_archive_status{value="done"} 3
cnpg_collector_pg_wal_archive_status{value="ready"} 9
cnpg_pg_stat_archiver_archived_count 1
cnpg_pg_stat_archiver_seconds_since_last_archival 75.25
go_gc_duration_seconds{quantile="0"} 1.2e-05
`;

Deno.test("readWalMetrics() reads files, size, what waits, and since when nothing was archived", () => {
  assert.deepEqual(readWalMetrics(METRICS), {
    files: 12,
    sizeBytes: 201_326_592,
    readyFiles: 9,
    archivingLagMs: 75_250,
  });
});

const CHANGES: readonly [string, string, string, unknown][] = [
  ["no lag where nothing was ever archived", "75.25", "-1", { archivingLagMs: undefined }],
  ["no lag on a standby", "cnpg_pg_stat_archiver_seconds", "# ", { archivingLagMs: undefined }],
  ["nothing that waits where nobody counts it", '"ready"} 9', '"ready"} NaN', {
    readyFiles: undefined,
  }],
  ["an empty directory", '"count"} 12', '"count"} 0', { files: 0 }],
];

for (const [sentence, from, to, expected] of CHANGES) {
  Deno.test(`readWalMetrics() knows ${sentence}`, () => {
    const { files, sizeBytes, readyFiles, archivingLagMs } =
      readWalMetrics(METRICS.replace(from, to)) ?? {};
    const whole = { files: 12, sizeBytes: 201_326_592, readyFiles: 9, archivingLagMs: 75_250 };
    assert.deepEqual({ files, sizeBytes, readyFiles, archivingLagMs }, {
      ...whole,
      ...Object(expected),
    });
  });
}

for (
  const text of [
    "",
    "<html>",
    METRICS.replace('"count"} 12', '"count"} NaN'),
    METRICS.replace('"size"', '"sizes"'),
  ]
) {
  Deno.test(`readWalMetrics() knows nothing of ${JSON.stringify(text.slice(0, 140))}`, () => {
    assert.equal(readWalMetrics(text), undefined);
  });
}
