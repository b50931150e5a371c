/**
 * What the metrics of an instance of CloudNativePG tell of its pg_wal (`cnpg.md` §7.1).
 *
 * @module
 */

import { isBytes } from "../../../lib/units/bytes.ts";
import { millis } from "../../../lib/units/millis.ts";
import type { WalDirectory } from "../../../lib/view/volume.ts";

/** A sample of the text format: name, perhaps labels, value. Values of labels may hold anything but line breaks. */
const SAMPLE =
  /^(cnpg_(?:collector_pg_wal|pg_stat_archiver)[a-z_]*)(?:\{(.*)\})? (\S+)(?: -?\d+)?$/;

/** The label that tells what is counted. */
const VALUE_LABEL = /(?:^|,)value="([a-z_]+)"/;

const MS_PER_SECOND = 1_000;

/**
 * Reads the counts; undefined where the instance told none, as while it is fenced or down. A number that is missing
 * is absent, and so is the lag where nothing was ever archived (CNPG writes -1).
 */
export function readWalMetrics(text: string): WalDirectory | undefined {
  const values = new Map<string, number>();
  for (const line of text.split("\n")) {
    const [, name, labels = "", value] = SAMPLE.exec(line) ?? [];
    if (name === undefined) continue;
    const [, counted = ""] = VALUE_LABEL.exec(labels) ?? [];
    values.set(`${name}/${counted}`, Number(value));
  }
  const files = countOf(values.get("cnpg_collector_pg_wal/count"));
  const sizeBytes = countOf(values.get("cnpg_collector_pg_wal/size"));
  if (files === undefined || sizeBytes === undefined || !isBytes(sizeBytes)) return undefined;
  const lagSeconds = values.get("cnpg_pg_stat_archiver_seconds_since_last_archival/") ?? -1;
  return {
    files,
    sizeBytes,
    readyFiles: countOf(values.get("cnpg_collector_pg_wal_archive_status/ready")),
    archivingLagMs: lagSeconds >= 0 && Number.isFinite(lagSeconds)
      ? millis(Math.round(lagSeconds * MS_PER_SECOND))
      : undefined,
  };
}

/** Counts are whole; NaN is how CNPG says that there is none. */
function countOf(value: number | undefined): number | undefined {
  return value !== undefined && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
