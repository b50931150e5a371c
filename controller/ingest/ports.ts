/**
 * What the ingest of reports needs of the rest of the controller.
 *
 * @module
 */

import type { Report, ReportAnswer } from "../../lib/report/report.ts";
import type { RefusalReason } from "./refusal.ts";

/** The controller owner of a pod (`metadata.ownerReferences[]` with `controller: true`). */
export interface PodController {
  /** API group and version as they stand in the reference, for example `postgresql.cnpg.io/v1`. */
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
}

/** A pod as the controller's cache knows it. */
export interface KnownPod {
  readonly uid: string;
  /** The controller owner; absent for a pod that nothing controls. */
  readonly controller?: PodController | undefined;
  /** Label `cnpg.io/podRole`. */
  readonly podRole?: string | undefined;
  /** Instance name, label `cnpg.io/instanceName`. */
  readonly instance?: string | undefined;
}

/** A CNPG Cluster as the controller's cache knows it. */
export interface KnownCluster {
  readonly uid: string;
  /** `status.instanceNames`. */
  readonly instanceNames: readonly string[];
}

/** Reads the caches of pods and clusters. Calls are made for every report: they must be cheap. */
export interface PodDirectory {
  /** Whether both caches are complete; before that an absent pod proves nothing. */
  synced(): boolean;
  findPod(namespace: string, name: string): KnownPod | undefined;
  findCluster(namespace: string, name: string): KnownCluster | undefined;
}

/** An instance whose identity and right to report are established; nothing of it comes from a body. */
export interface Reporter {
  readonly namespace: string;
  readonly podName: string;
  readonly podUid: string;
  readonly clusterName: string;
  /** Instance name, `<cluster>-<serial>`. */
  readonly instance: string;
}

/** Takes an accepted report and gives the answer that goes back to the agent. */
export type AcceptReport = (
  reporter: Reporter,
  report: Report,
) => ReportAnswer | Promise<ReportAnswer>;

/** Counts how requests ended (`cnpg_storage_manager_agent_reports_total`). */
export interface IngestMeter {
  reportEnded(result: "Accepted" | RefusalReason): void;
}
