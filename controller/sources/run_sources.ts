/**
 * Puts the sources besides the agents together, and asks them while the process leads.
 *
 * @module
 */

import type { KubeApi } from "../../kube/api.ts";
import type { Clock } from "../../kube/clock.ts";
import type { Connection, ReadTextFile } from "../../kube/connection.ts";
import { createDenoTransport } from "../../kube/deno_transport.ts";
import type { Logger } from "../../kube/logger.ts";
import { createTokenReader } from "../../kube/token_reader.ts";
import type { Transport } from "../../kube/transport.ts";
import type { ControllerConfig } from "../config/mod.ts";
import type { Measuring } from "../observe/measuring.ts";
import { createInstanceMetricsSource } from "./instance_metrics/instance_metrics_source.ts";
import { createKubeletSource } from "./kubelet/kubelet_source.ts";
import { createPrometheusClient } from "./prometheus/client.ts";
import { createHeadersReader } from "./prometheus/headers_file.ts";
import { createPrometheusSource } from "./prometheus/prometheus_source.ts";
import { runRounds, type SourceRound } from "./rounds.ts";

/** What asking sources needs. */
export interface SourcesDependencies {
  readonly config: Pick<ControllerConfig, "sources" | "metricsIntervalMs">;
  readonly api: Pick<KubeApi, "get">;
  /** The API server: its authorities and its token are those of the kubelets, unless something else is configured. */
  readonly connection: Connection;
  readonly observer: Measuring;
  readonly leads: () => boolean;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly readTextFile: ReadTextFile;
}

/** A source, and what it holds open. */
interface OpenSource {
  readonly ask: SourceRound;
  readonly transport: Pick<Transport, "close">;
}

/** Asks every configured source once an interval (PRD Story 1.1) until `signal` is aborted. */
export async function runSources(
  dependencies: SourcesDependencies,
  signal: AbortSignal,
): Promise<void> {
  const { config } = dependencies;
  const open = new Map<string, OpenSource>();
  if (config.sources.kubelet.enabled) open.set("kubelet", openKubelets(dependencies));
  if (config.sources.prometheus.enabled) open.set("prometheus", openPrometheus(dependencies));
  if (config.sources.instanceMetrics.enabled) {
    open.set("instance-metrics", openInstanceMetrics(dependencies));
  }
  const sources = Object.fromEntries([...open].map(([name, { ask }]) => [name, ask]));
  try {
    await runRounds({ ...dependencies, sources, intervalMs: config.metricsIntervalMs }, signal);
  } finally {
    for (const { transport } of open.values()) transport.close();
  }
}

function openPrometheus(dependencies: SourcesDependencies): OpenSource {
  const { config } = dependencies;
  const { address, headersFile, caFile, namespaceLabel, matchers } = config.sources.prometheus;
  const connection: Connection = {
    server: address,
    caFile: caFile === "" ? undefined : caFile,
    token: { kind: "none" },
  };
  const transport = createDenoTransport(connection, dependencies);
  const readHeaders = createHeadersReader(headersFile, dependencies);
  const client = createPrometheusClient({ ...dependencies, transport, address, readHeaders });
  const intervalMs = config.metricsIntervalMs;
  const ask = createPrometheusSource({
    ...dependencies,
    client,
    address,
    namespaceLabel,
    matchers,
    intervalMs,
  });
  return { transport, ask };
}

function openInstanceMetrics(dependencies: SourcesDependencies): OpenSource {
  const transport = createDenoTransport({ server: "", token: { kind: "none" } }, dependencies);
  const intervalMs = dependencies.config.metricsIntervalMs;
  return {
    transport,
    ask: createInstanceMetricsSource({ ...dependencies, transport, intervalMs }),
  };
}

function openKubelets(dependencies: SourcesDependencies): OpenSource {
  const { config, connection } = dependencies;
  const { caFile } = config.sources.kubelet;
  const trusting: Connection = caFile === ""
    ? connection
    : { ...connection, caFile, caCertificates: undefined };
  const transport = createDenoTransport(trusting, dependencies);
  const tokens = createTokenReader(connection.token, dependencies);
  const intervalMs = config.metricsIntervalMs;
  return {
    transport,
    ask: createKubeletSource({ ...dependencies, transport, tokens, intervalMs }),
  };
}
