/**
 * Sets of values that every general statement about the chart is tested with.
 *
 * @module
 */

import type { Values } from "./helm.ts";

/** Each name completes the sentence "the chart with …". */
export const VALUE_SETS: ReadonlyMap<string, Values> = new Map<string, Values>([
  ["its own values", {}],
  ["three replicas", { controller: { replicas: 3 } }],
  ["one replica without election", { controller: { leaderElection: { enabled: false } } }],
  ["nothing kept", { persistence: { enabled: false } }],
  ["some namespaces", { watchNamespaces: ["prod", "staging"] }],
  ["a network policy and a Secret of the user's", {
    networkPolicy: {
      enabled: true,
      metricsFrom: [{
        namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "monitoring" } },
      }],
    },
    agent: { tls: { existingSecret: "agents" }, audience: "somebody" },
    watchNamespaces: ["prod"],
  }],
  ["accounts and definitions made by somebody else", {
    serviceAccount: { create: false, name: "keeper" },
    rbac: { create: false },
    crds: { install: false },
  }],
  ["everything that a pod can be told", {
    image: { repository: "registry.example/storage", tag: "1.2.3", pullPolicy: "Always" },
    imagePullSecrets: [{ name: "registry" }],
    fullnameOverride: "keeper",
    serviceAccount: { annotations: { "example.org/role": "storage" } },
    podAnnotations: { "example.org/note": "yes" },
    podLabels: { team: "data", "app.kubernetes.io/name": "stays the chart's" },
    nodeSelector: { "kubernetes.io/os": "linux" },
    tolerations: [{ key: "infra", operator: "Exists", effect: "NoSchedule" }],
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: "gpu", operator: "DoesNotExist" }] }],
        },
      },
    },
    priorityClassName: "system-cluster-critical",
    networkPolicy: { enabled: true },
    crds: { keep: false },
  }],
  ["a configuration of its own", {
    controller: {
      metricsInterval: "1m30s",
      logLevel: "debug",
      logFormat: "text",
      listenHost: "::",
    },
    defaults: {
      dryRun: true,
      thresholds: { warning: 50, critical: 60, expansion: 70, emergency: 80, minFree: "10Gi" },
      expansion: { percentage: 20, maxSize: "2Ti", tiers: [{ upTo: "1Ti", percentage: 10 }] },
      roles: { wal: { thresholds: { expansion: 65 }, expansion: { cooldownMinutes: 5 } } },
      maintenanceWindows: [
        {
          schedule: "0 2 * * 6",
          duration: "4h",
          timeZone: "Europe/Berlin",
          emergencyExempt: false,
        },
      ],
      circuitBreaker: { scope: "global" },
    },
    persistence: { storageClass: "fast", size: "2Gi", accessMode: "ReadWriteOncePod" },
    storageEvents: { retentionDays: 365 },
    kubernetes: { qps: 12.5, burst: 10_000, maxInFlight: 2 },
    sources: {
      existingSecret: "monitoring",
      kubelet: { caFile: "/etc/cnpg-storage-manager/sources/kubelets.crt" },
      prometheus: { enabled: true, address: "https://metrics.example:9090/prometheus" },
    },
    nudge: false,
    expansionDeadlines: { controllerMinutes: 1440, fileSystemMinutes: 1, operatorBusyMinutes: 2 },
  }],
]);

/** Sets that render objects of other products, which only a cluster with these can take. */
export const FOREIGN_VALUE_SETS: ReadonlyMap<string, Values> = new Map<string, Values>([
  ["a certificate of cert-manager", {
    agent: { tls: { certManager: { enabled: true, issuerRef: { name: "internal" } } } },
  }],
  ["a ServiceMonitor", {
    serviceMonitor: { enabled: true, interval: "1m", labels: { release: "prometheus" } },
  }],
]);
