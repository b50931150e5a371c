/**
 * CustomResourceDefinitions as manifests.
 *
 * @module
 */

import { stringify } from "yaml";
import { API_GROUP, API_VERSION } from "../lib/policy/api_group.ts";
import type { ResourceDefinition } from "./crd_definitions.ts";
import { type StructuralSchema, structuralSchemaOf } from "./crd_schema.ts";

const HEADER = "# Generated from the schemas in lib/ by `deno task generate`; edits are lost.\n";

/** Groups our kinds for `kubectl get cnpg-storage`. */
const CATEGORY = "cnpg-storage";

/** Spec and status of a resource. */
export interface ResourceSchemas {
  readonly spec?: StructuralSchema | undefined;
  readonly status: StructuralSchema;
}

/** The structural schemas of a resource. */
export function schemasOf({ kind, spec, status }: ResourceDefinition): ResourceSchemas {
  return {
    spec: spec === undefined ? undefined : structuralSchemaOf(spec, `${kind}.spec`),
    status: structuralSchemaOf(status, `${kind}.status`),
  };
}

/** The CustomResourceDefinition of a resource, as YAML. */
export function crdManifest(definition: ResourceDefinition): string {
  const { kind, singular, plural, shortName, columns } = definition;
  const manifest = {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.${API_GROUP}` },
    spec: {
      group: API_GROUP,
      scope: "Namespaced",
      names: {
        kind,
        listKind: `${kind}List`,
        plural,
        singular,
        shortNames: [shortName],
        categories: [CATEGORY],
      },
      versions: [{
        name: API_VERSION,
        served: true,
        storage: true,
        subresources: { status: {} },
        additionalPrinterColumns: columns,
        schema: { openAPIV3Schema: objectSchema(definition) },
      }],
    },
  };
  return HEADER + stringify(manifest, { lineWidth: 0, aliasDuplicateObjects: false });
}

function objectSchema(definition: ResourceDefinition): StructuralSchema {
  const { spec, status } = schemasOf(definition);
  return {
    type: "object",
    description: definition.description,
    ...(spec === undefined ? {} : { required: ["spec"] }),
    properties: {
      apiVersion: { type: "string" },
      kind: { type: "string" },
      metadata: { type: "object" },
      ...(spec === undefined ? {} : { spec }),
      status,
    },
  };
}
