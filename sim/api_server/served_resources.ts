/**
 * What the simulated server serves: built-in kinds and those of CustomResourceDefinitions.
 *
 * @module
 */

import * as z from "zod";
import type { JsonObject } from "../../kube/api.ts";
import type { PrinterColumn, ServedResource } from "./api_server.ts";
import { customResourceSchema } from "./schema/custom_resource.ts";
import { structuralSchema } from "./schema/structural_schema.ts";

export { builtinResources } from "./builtin_resources.ts";

const printerColumn = z.object({
  name: z.string(),
  type: z.string(),
  jsonPath: z.string(),
  priority: z.number().default(0),
});

const version = z.object({
  name: z.string(),
  served: z.boolean(),
  storage: z.boolean(),
  additionalPrinterColumns: z.array(printerColumn).optional(),
  subresources: z.object({ status: z.object({}).optional() }).optional(),
  schema: z.object({ openAPIV3Schema: structuralSchema }),
});

const definition = z.object({
  apiVersion: z.literal("apiextensions.k8s.io/v1"),
  kind: z.literal("CustomResourceDefinition"),
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    group: z.string(),
    scope: z.enum(["Namespaced", "Cluster"]),
    names: z.object({
      kind: z.string(),
      plural: z.string(),
      singular: z.string().optional(),
      shortNames: z.array(z.string()).default([]),
      categories: z.array(z.string()).default([]),
    }),
    versions: z.array(version),
  }),
});

type Definition = z.infer<typeof definition>;
type Version = z.infer<typeof version>;

/** What `kubectl get` shows of a kind whose definition names no columns. */
const AGE: PrinterColumn = {
  name: "Age",
  type: "date",
  jsonPath: ".metadata.creationTimestamp",
  priority: 0,
};

/**
 * Turns CustomResourceDefinitions into resources, one for each version that is served.
 *
 * @throws {TypeError} If a manifest is no definition, if its schema uses what is not understood, or if a rule of
 * it does not compile.
 */
export function servedResourcesOf(manifests: readonly JsonObject[]): readonly ServedResource[] {
  return manifests.flatMap((manifest) => {
    const parsed = definition.safeParse(manifest);
    if (!parsed.success) {
      throw new TypeError(
        `Cannot serve a custom resource: expected a CustomResourceDefinition that is understood, found ${
          z.prettifyError(parsed.error)
        }`,
      );
    }
    const served = parsed.data.spec.versions.filter((one) => one.served);
    return served.map((one) => servedVersion(parsed.data, one));
  });
}

function servedVersion({ spec }: Definition, version: Version): ServedResource {
  const { names, group } = spec;
  const schema = customResourceSchema(version.schema.openAPIV3Schema, `${names.kind}.${group}`);
  return {
    resource: {
      group,
      version: version.name,
      kind: names.kind,
      plural: names.plural,
      namespaced: spec.scope === "Namespaced",
    },
    singular: names.singular ?? names.kind.toLowerCase(),
    shortNames: names.shortNames,
    categories: names.categories,
    hasStatus: version.subresources?.status !== undefined,
    countsGenerations: true,
    printerColumns: version.additionalPrinterColumns ?? [AGE],
    prepare: schema.prepare,
    unknownFields: schema.unknownFields,
  };
}
