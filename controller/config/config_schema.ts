/**
 * The configuration file of the controller: its fields, their limits and their defaults.
 *
 * @module
 */

import * as z from "zod";

import { LANE_LIMITS } from "../../kube/limiter.ts";
import { policySpecSchema } from "../../lib/policy/policy_spec.ts";
import type { Millis } from "../../lib/units/millis.ts";
import { parseDuration } from "./duration.ts";
import { sourcesSchema } from "./sources_schema.ts";

/** Names of namespaces (RFC 1123 label). */
const NAMESPACE_PATTERN = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** Shorter would be the agents' own interval of samples, longer than a report may be told. */
const INTERVAL_MS_MIN = 1_000;
const INTERVAL_MS_MAX = 3_600_000;

/** A day: an expansion that takes longer has failed by any measure. */
const DEADLINE_MINUTES_MAX = 24 * 60;

/** Longer than the deadlines of its steps are by default: an operation must not be ended in the middle of its work. */
const STALE_MINUTES_MIN = 60;

const STALE_MINUTES_MAX = 30 * 24 * 60;

/** A decade, the longest time for which audit records must commonly be kept. */
const RETENTION_DAYS_MAX = 3_650;

const DURATION = "expected a duration such as 30s or 1m30s";

const duration = z.string({ error: DURATION }).transform((text, context): Millis => {
  const value = parseDuration(text);
  if (value !== undefined) return value;
  context.addIssue({ code: "custom", message: DURATION });
  return z.NEVER;
});

const interval = duration.refine(
  (value) => value >= INTERVAL_MS_MIN && value <= INTERVAL_MS_MAX,
  "expected a duration from 1s to 1h",
);

/** Names of objects that become part of others' names (RFC 1123 label). */
const objectName = z.string().max(56).regex(NAMESPACE_PATTERN, {
  error: "expected the name of an object",
});

const host = z.string().min(1).max(253);
const port = z.int().min(1).max(65_535);
const file = z.string().min(1).max(4_096);
const deadlineMinutes = z.int().min(1).max(DEADLINE_MINUTES_MAX);

const leaderElectionSchema = z.object({
  enabled: z.boolean().default(false),
  leaseName: objectName.default("cnpg-storage-manager"),
  agentService: objectName.or(z.literal("")).default(""),
  leaseDuration: interval.prefault("15s"),
  renewDeadline: interval.prefault("10s"),
  retryPeriod: interval.prefault("2s"),
});

const agentSchema = z.object({
  audience: z.string().min(1).max(253).default("cnpg-storage-manager"),
  listen: z.object({
    host: host.default("0.0.0.0"),
    port: port.default(8443),
  }).prefault({}),
  tls: z.object({
    certFile: file.default("/etc/cnpg-storage-manager/tls/tls.crt"),
    keyFile: file.default("/etc/cnpg-storage-manager/tls/tls.key"),
  }).prefault({}),
});

/** The file as it is written; parsing fills in the defaults. */
export const configFileSchema = z.object({
  metricsInterval: interval.prefault("30s"),
  logLevel: z.enum(["debug", "info", "warn", "error"]).default("info"),
  logFormat: z.enum(["json", "text"]).default("json"),
  watchNamespaces: z.array(
    z.string().regex(NAMESPACE_PATTERN, { error: "expected the name of a namespace" }),
  ).max(1_000).default([]),
  defaults: policySpecSchema.pick({
    dryRun: true,
    thresholds: true,
    expansion: true,
    roles: true,
    maintenanceWindows: true,
    walCleanup: true,
    circuitBreaker: true,
  }).prefault({}),
  leaderElection: leaderElectionSchema.prefault({}),
  agent: agentSchema.prefault({}),
  serve: z.object({
    host: host.default("0.0.0.0"),
    port: port.default(8080),
  }).prefault({}),
  persistence: z.object({
    enabled: z.boolean().default(false),
    directory: file.default("/var/lib/cnpg-storage-manager"),
  }).prefault({}),
  storageEvents: z.object({
    retentionDays: z.int().min(1).max(RETENTION_DAYS_MAX).default(30),
    staleMinutes: z.int().min(STALE_MINUTES_MIN).max(STALE_MINUTES_MAX).default(24 * 60),
  }).prefault({}),
  kubernetes: z.object({
    qps: z.number().min(1).max(1_000).default(LANE_LIMITS.default.ratePerSecond),
    burst: z.int().min(1).max(10_000).default(LANE_LIMITS.default.burst),
    maxInFlight: z.int().min(1).max(256).default(LANE_LIMITS.default.inFlightMax),
  }).prefault({}),
  sources: sourcesSchema.prefault({}),
  nudge: z.boolean().default(true),
  expansionDeadlines: z.object({
    controllerMinutes: deadlineMinutes.default(10),
    fileSystemMinutes: deadlineMinutes.default(10),
    operatorBusyMinutes: deadlineMinutes.default(15),
  }).prefault({}),
});

/** The file after parsing. */
export type ConfigFile = z.output<typeof configFileSchema>;
