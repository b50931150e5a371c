/**
 * What the controller's thread and the thread of the file say to each other.
 *
 * @module
 */

/**
 * Samples to write, as columns: those of each claim in turn, in the order in which they came. Columns of numbers
 * are copied from thread to thread as they are, where each of some thousand objects would be made anew.
 */
export interface WrittenSamples {
  /** The claims, each once. */
  readonly claimUids: readonly string[];
  /** How many samples each claim has. */
  readonly counts: Uint32Array;
  readonly takenAtMs: Float64Array;
  readonly usedBytes: Float64Array;
  /** 1 where recycled WAL counts as room. */
  readonly withWal: Uint8Array;
}

/** A day of a volume, as it is in the file. */
export interface StoredPast {
  readonly claimUid: string;
  readonly aggregates: readonly StoredAggregate[];
  /** Packed samples by their hour, the earlier first. */
  readonly hours: readonly (readonly [hour: number, packed: Uint8Array])[];
}

/** What is left of an hour, as it is in the file. */
export interface StoredAggregate {
  readonly hour: number;
  readonly minBytes: number;
  readonly maxBytes: number;
  readonly lastBytes: number;
  readonly count: number;
  readonly withWal: boolean;
}

/** What is asked of the thread of the file. Each is answered once, in turn. */
export type Question =
  | {
    readonly kind: "write";
    /** By what the past is thrown away. */
    readonly nowMs: number;
    readonly samples: WrittenSamples;
    /** UIDs of claims that are gone. */
    readonly forgotten: readonly string[];
  }
  | { readonly kind: "read"; readonly nowMs: number; readonly claimUids: readonly string[] }
  | { readonly kind: "close" };

/** The answer to one. */
export type Answer =
  | {
    readonly kind: "done";
    readonly pasts: readonly StoredPast[];
    /** What somebody should know who looks after the controller. */
    readonly notes: readonly string[];
  }
  | { readonly kind: "failed"; readonly message: string; readonly notes: readonly string[] };

/** A question on its way. */
export interface Asked {
  readonly id: number;
  readonly question: Question;
}

/** An answer on its way. */
export interface Answered {
  readonly id: number;
  readonly answer: Answer;
}

/** The first message: which file is meant, and how large it may become. */
export interface FileSettings {
  readonly path: string;
  /** Whether the file was found whole before: it is not read through again when it is first opened. */
  readonly isFileChecked: boolean;
  readonly fileBytesMax: number;
}
