/**
 * The values that the chart takes. What reaches the controller's configuration has the schema of that.
 *
 * A value of the request document whose feature does not exist is not here, so that it is refused and not ignored.
 *
 * @module
 */

import * as z from "zod";
import { configFileSchema } from "../controller/config/config_schema.ts";

const config = configFileSchema.shape;
const labels = z.record(z.string(), z.string());
/** Objects of Kubernetes that the chart only passes on; the API server knows what they may hold. */
const passedOn = z.record(z.string(), z.unknown());
const passedOnList = z.array(passedOn);
const prometheusDuration = z.string().regex(/^([0-9]+(ms|[smhdwy]))+$/);

const duration = z.string().regex(/^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$/);

/** Whole units of Kubernetes' quantities, as sizes of claims are written. */
const quantity = z.string().regex(/^[1-9][0-9]*(Mi|Gi|Ti|M|G|T)$/);

/** One that leads, one that takes over, and one more while a node is drained. */
const REPLICAS_MAX = 3;

const controllerValues = z.object({
  replicas: z.int().min(1).max(REPLICAS_MAX),
  leaderElection: z.object({
    enabled: z.boolean(),
    leaseDuration: duration,
    renewDeadline: duration,
    retryPeriod: duration,
  }),
  resources: passedOn,
  metricsInterval: duration,
  logLevel: config.logLevel.unwrap(),
  logFormat: config.logFormat.unwrap(),
  listenHost: z.string().min(1),
});

const agentValues = z.object({
  audience: z.string().min(1).max(253),
  tls: z.object({
    existingSecret: z.string(),
    certManager: z.object({
      enabled: z.boolean(),
      issuerRef: z.object({
        name: z.string(),
        kind: z.string().min(1),
        group: z.string().min(1),
      }),
    }),
  }),
});

/** PRD values.yaml, as far as what it controls exists, and what is ours. */
export const chartValuesSchema = z.object({
  nameOverride: z.string(),
  fullnameOverride: z.string(),
  image: z.object({
    repository: z.string().min(1),
    tag: z.string(),
    pullPolicy: z.enum(["Always", "IfNotPresent", "Never"]),
  }),
  imagePullSecrets: z.array(z.object({ name: z.string().min(1) })),
  controller: controllerValues,
  watchNamespaces: config.watchNamespaces.unwrap().meta({ uniqueItems: true }),
  defaults: config.defaults.unwrap(),
  agent: agentValues,
  persistence: z.object({
    enabled: z.boolean(),
    storageClass: z.string().max(253),
    size: quantity,
    accessMode: z.enum(["ReadWriteOnce", "ReadWriteOncePod", "ReadWriteMany"]),
  }),
  storageEvents: config.storageEvents.unwrap(),
  kubernetes: config.kubernetes.unwrap(),
  sources: config.sources.unwrap().extend({ existingSecret: z.string() }),
  nudge: z.boolean(),
  expansionDeadlines: config.expansionDeadlines.unwrap(),
  crds: z.object({ install: z.boolean(), keep: z.boolean() }),
  rbac: z.object({ create: z.boolean() }),
  serviceAccount: z.object({ create: z.boolean(), name: z.string(), annotations: labels }),
  serviceMonitor: z.object({
    enabled: z.boolean(),
    interval: prometheusDuration,
    scrapeTimeout: prometheusDuration,
    labels,
  }),
  networkPolicy: z.object({ enabled: z.boolean(), metricsFrom: passedOnList }),
  podAnnotations: labels,
  podLabels: labels,
  nodeSelector: labels,
  tolerations: passedOnList,
  affinity: passedOn,
  priorityClassName: z.string(),
  podSecurityContext: passedOn,
  securityContext: passedOn,
  global: passedOn.optional().meta({ description: "Given by Helm to every subchart; not used." }),
});

/** The schema against which Helm checks values: nothing but the known names is taken. */
export function valuesJsonSchema(): object {
  return z.toJSONSchema(chartValuesSchema, {
    io: "input",
    target: "draft-7",
    reused: "inline",
    override({ jsonSchema }): void {
      // CEL rules and list types are for the API server alone; defaults stand in values.yaml.
      for (const key of Object.keys(jsonSchema)) {
        if (key.startsWith("x-") || key === "default") delete jsonSchema[key];
      }
      if (jsonSchema.properties !== undefined) jsonSchema.additionalProperties = false;
    },
  });
}
