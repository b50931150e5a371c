/**
 * What may go wrong between a client and the simulated API server, call by call.
 *
 * @module
 */

import type { ObjectName, Resource } from "../../kube/api.ts";

/** A call before it is served. */
export interface Call {
  readonly user: string;
  readonly verb: "get" | "list" | "watch" | "create" | "patch" | "update" | "delete";
  readonly resource: Resource;
  /** The name is empty for lists and watches. */
  readonly name: ObjectName;
  readonly dryRun: boolean;
}

/** How one call fares. */
export type Fault =
  /** The server refuses before anything took effect. */
  | {
    readonly kind: "refused";
    readonly code: number;
    readonly reason: string;
    readonly retryAfterSeconds?: number | undefined;
  }
  /** The connection breaks before the request arrives. */
  | { readonly kind: "request-lost" }
  /** The request takes effect, and the connection breaks before the answer arrives. */
  | { readonly kind: "answer-lost" }
  /** The request arrives late. */
  | { readonly kind: "delayed"; readonly durationMs: number }
  /** The connection of a watch breaks after so many events. */
  | { readonly kind: "watch-cut"; readonly afterEvents: number }
  /** A watch hears nothing more, not even its end. */
  | { readonly kind: "watch-deaf"; readonly afterEvents: number };

/** Decides how each call fares; undefined: as it should. */
export type FaultPlan = (call: Call) => Fault | undefined;
