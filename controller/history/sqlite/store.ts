/**
 * The file of the history while it is open.
 *
 * Adapter: transactions of SQLite.
 *
 * @module
 */

import type { DatabaseSync } from "node:sqlite";
import { hourOf } from "../retention.ts";
import type { Question, StoredPast } from "./messages.ts";
import { prepareForgetting, preparePruning } from "./prune.ts";
import { prepareReading } from "./read_volume.ts";
import { prepareWriting } from "./write_samples.ts";

/** What can be done with the file. After an error there is nothing but closing it. */
export interface Store {
  /**
   * Writes all or nothing.
   *
   * @throws {Error} With SQLite's text.
   */
  write(question: Extract<Question, { readonly kind: "write" }>): void;
  /**
   * What is kept of claims; one that is not known is left out.
   *
   * @throws {Error} With SQLite's text.
   */
  read(question: Extract<Question, { readonly kind: "read" }>): StoredPast[];
  /** What is not committed is not written. */
  close(): void;
}

/** Makes a store of an open database. */
export function createStore(database: DatabaseSync): Store {
  const prune = preparePruning(database);
  const writeSamples = prepareWriting(database);
  const forget = prepareForgetting(database);
  const readVolume = prepareReading(database);
  let prunedHour: number | undefined;
  return {
    write({ nowMs, samples, forgotten }): void {
      database.exec("BEGIN IMMEDIATE");
      if (hourOf(nowMs) !== prunedHour) prune(nowMs);
      writeSamples(samples, nowMs);
      forget(forgotten);
      database.exec("COMMIT");
      prunedHour = hourOf(nowMs);
    },
    read: ({ nowMs, claimUids }) =>
      claimUids.flatMap((claimUid) => readVolume(claimUid, nowMs) ?? []),
    close: () => database.close(),
  };
}
