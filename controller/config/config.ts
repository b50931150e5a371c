/**
 * The controller's configuration as the rest of the process uses it: total, in units of the code.
 *
 * @module
 */

import type { LeaseTiming } from "../../kube/leader_election/mod.ts";
import type { InheritableSpec } from "../../lib/policy/policy_spec.ts";
import { DAY, type Millis, millis, MINUTE } from "../../lib/units/millis.ts";
import type { ConfigFile } from "./config_schema.ts";
import type { SourcesConfig } from "./sources_schema.ts";

/** Everything that can be configured. */
export interface ControllerConfig {
  /** Interval of agents' reports while nothing happens (PRD `controller.metricsInterval`). */
  readonly metricsIntervalMs: Millis;
  readonly logLevel: "debug" | "info" | "warn" | "error";
  readonly logFormat: "json" | "text";
  /** Empty: all namespaces (PRD `watchNamespaces`). */
  readonly watchNamespaces: readonly string[];
  /** The chart's layer of inheritance (PRD `defaults`). */
  readonly defaults: InheritableSpec;
  /** Whether this is one of several controllers, of which one leads (PRD `controller.leaderElection`). */
  readonly leaderElection: {
    readonly enabled: boolean;
    readonly leaseName: string;
    /** Service without selector that leads agents to the leader; empty for none. */
    readonly agentService: string;
    readonly timing: LeaseTiming;
  };
  readonly agent: {
    /** Audience of agents' tokens. */
    readonly audience: string;
    readonly listen: { readonly host: string; readonly port: number };
    readonly tls: { readonly certFile: string; readonly keyFile: string };
  };
  /** Where probes and metrics are served. */
  readonly serve: { readonly host: string; readonly port: number };
  /** Where the past of volumes is kept (PRD `persistence`). */
  readonly persistence: { readonly enabled: boolean; readonly directory: string };
  readonly storageEvents: {
    readonly retentionMs: Millis;
    /** An operation at which nothing has happened for so long is ended. */
    readonly staleMs: Millis;
  };
  /** Limits of ordinary requests to the API server; those for volumes have limits of their own. */
  readonly kubernetes: {
    readonly qps: number;
    readonly burst: number;
    readonly maxInFlight: number;
  };
  /** What is asked besides the agents. */
  readonly sources: SourcesConfig;
  /** Whether a pod is annotated so that its kubelet grows the file system at once (`kubernetes.md` C). */
  readonly nudge: boolean;
  /** When an expansion that does not go on counts as failed. */
  readonly expansionDeadlines: {
    readonly controllerMs: Millis;
    readonly fileSystemMs: Millis;
    /** How long a routine expansion waits for CNPG to rest before it begins all the same. */
    readonly operatorBusyMs: Millis;
  };
}

/** Turns the parsed file into the configuration. */
export function toConfig(file: ConfigFile): ControllerConfig {
  const { metricsInterval, leaderElection, storageEvents, expansionDeadlines, ...rest } = file;
  const { leaseDuration, renewDeadline, retryPeriod, ...election } = leaderElection;
  return {
    ...rest,
    metricsIntervalMs: metricsInterval,
    leaderElection: {
      ...election,
      timing: {
        leaseDurationMs: leaseDuration,
        renewDeadlineMs: renewDeadline,
        retryPeriodMs: retryPeriod,
      },
    },
    storageEvents: {
      retentionMs: millis(storageEvents.retentionDays * DAY),
      staleMs: millis(storageEvents.staleMinutes * MINUTE),
    },
    expansionDeadlines: {
      controllerMs: millis(expansionDeadlines.controllerMinutes * MINUTE),
      fileSystemMs: millis(expansionDeadlines.fileSystemMinutes * MINUTE),
      operatorBusyMs: millis(expansionDeadlines.operatorBusyMinutes * MINUTE),
    },
  };
}
