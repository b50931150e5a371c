/**
 * What the controller shows of itself, and the servers that it listens with.
 *
 * @module
 */

export type { AlertMetrics, AlertSeverity, AlertSuppression } from "./alert_metrics.ts";
export type { CertificateFiles, ReadTextFile } from "./certificate_pair.ts";
export type { MemoryUse, ReconcileResult } from "./controller_metrics.ts";
export type { FetchApp } from "./fetch_handler.ts";
export { createMetrics, type Metrics, type MetricsOptions, type MetricsText } from "./metrics.ts";
export { createMetricsApp } from "./metrics_app.ts";
export type { EndedExpansion, ExpansionResult } from "./operation_metrics.ts";
export { createProbeApp, type Probe, type ProbeDependencies } from "./probe_app.ts";
export { readProcessMemory } from "./process_memory.ts";
export type { ListenAddress, RunningServer } from "./running_server.ts";
export { serveHttp, type ServeHttpOptions } from "./serve_http.ts";
export { serveTls, type ServeTlsOptions } from "./serve_tls.ts";
export type { LaneHealth, QueueHealth, RuntimeHealth, WatchHealth } from "./runtime_metrics.ts";
export type { ClusterLabels } from "./series_ledger.ts";
export type { ServerLimits } from "./server_limits.ts";
export type { VolumeMeasure } from "./volume_measure.ts";
