/**
 * What a command line asks for.
 *
 * @module
 */

import type { ConnectionFlags } from "./connect/connection_flags.ts";

/** Forms of output, as `-o` takes them. */
export const OUTPUT_FORMS = ["table", "wide", "json", "yaml", "name"] as const;

/** A form of output. */
export type OutputForm = typeof OUTPUT_FORMS[number];

/** What every command that reads shares. */
export interface ReadOptions {
  readonly connection: ConnectionFlags;
  readonly allNamespaces: boolean;
  readonly form: OutputForm;
  readonly headings: boolean;
  /** False: no colours, whatever the terminal can do. */
  readonly colour: boolean;
  /** Longest wait for the whole command. */
  readonly timeoutMs: number;
}

/** A command line that was understood, or what to say about it. */
export type Request =
  | {
    readonly kind: "status";
    readonly cluster?: string | undefined;
    readonly options: ReadOptions;
  }
  | { readonly kind: "explain"; readonly cluster: string; readonly options: ReadOptions }
  | { readonly kind: "version"; readonly form: OutputForm }
  /** The words after `kubectl cnpg-storage`, the last of which is to be completed. */
  | { readonly kind: "complete"; readonly words: readonly string[] }
  | { readonly kind: "usage"; readonly text: string; readonly failed: boolean };
