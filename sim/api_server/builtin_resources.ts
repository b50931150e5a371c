/**
 * The built-in kinds that are served, described as kube-apiserver's discovery does.
 *
 * @module
 */

import type { Resource } from "../../kube/api.ts";
import {
  CSI_STORAGE_CAPACITY,
  ENDPOINT_SLICE,
  EVENT,
  LEASE,
  LIMIT_RANGE,
  NAMESPACE,
  NODE,
  PERSISTENT_VOLUME,
  PERSISTENT_VOLUME_CLAIM,
  POD,
  RESOURCE_QUOTA,
  SECRET,
  SERVICE_ACCOUNT,
  STORAGE_CLASS,
  TOKEN_REVIEW,
} from "../../kube/resources.ts";
import type { ServedResource } from "./api_server.ts";
import {
  prepareClaim,
  prepareNamespace,
  preparePod,
  prepareStorageClass,
} from "./builtin_defaults.ts";

const CONFIG_MAP = coreResource("ConfigMap", "configmaps");
const SERVICE = coreResource("Service", "services");

const CSI_DRIVER: Resource = {
  group: "storage.k8s.io",
  version: "v1",
  kind: "CSIDriver",
  plural: "csidrivers",
  namespaced: false,
};

const CUSTOM_RESOURCE_DEFINITION: Resource = {
  group: "apiextensions.k8s.io",
  version: "v1",
  kind: "CustomResourceDefinition",
  plural: "customresourcedefinitions",
  namespaced: false,
};

const DEPLOYMENT: Resource = {
  group: "apps",
  version: "v1",
  kind: "Deployment",
  plural: "deployments",
  namespaced: true,
};

/** What differs between kinds besides their names. */
type Traits = Partial<Omit<ServedResource, "resource" | "singular">>;

/** The kinds of kube-apiserver that the world stores. */
export function builtinResources(): readonly ServedResource[] {
  return [
    served(NAMESPACE, { shortNames: ["ns"], hasStatus: true, prepare: prepareNamespace }),
    // Pods have counted generations since in-place resize.
    served(POD, {
      shortNames: ["po"],
      categories: ["all"],
      hasStatus: true,
      countsGenerations: true,
      prepare: preparePod,
    }),
    served(PERSISTENT_VOLUME_CLAIM, {
      shortNames: ["pvc"],
      hasStatus: true,
      prepare: prepareClaim,
    }),
    served(PERSISTENT_VOLUME, { shortNames: ["pv"], hasStatus: true }),
    served(NODE, { shortNames: ["no"], hasStatus: true }),
    served(SECRET),
    served(CONFIG_MAP, { shortNames: ["cm"] }),
    served(SERVICE_ACCOUNT, { shortNames: ["sa"] }),
    served(SERVICE, { shortNames: ["svc"], categories: ["all"], hasStatus: true }),
    served(RESOURCE_QUOTA, { shortNames: ["quota"], hasStatus: true }),
    served(LIMIT_RANGE, { shortNames: ["limits"] }),
    served(STORAGE_CLASS, { shortNames: ["sc"], prepare: prepareStorageClass }),
    served(CSI_STORAGE_CAPACITY),
    served(CSI_DRIVER, { countsGenerations: true }),
    served(EVENT, { shortNames: ["ev"] }),
    served(LEASE),
    served(TOKEN_REVIEW),
    served(ENDPOINT_SLICE, { countsGenerations: true }),
    served(CUSTOM_RESOURCE_DEFINITION, {
      shortNames: ["crd", "crds"],
      categories: ["api-extensions"],
      hasStatus: true,
      countsGenerations: true,
    }),
    served(DEPLOYMENT, {
      shortNames: ["deploy"],
      categories: ["all"],
      hasStatus: true,
      countsGenerations: true,
    }),
  ];
}

function coreResource(kind: string, plural: string): Resource {
  return { group: "", version: "v1", kind, plural, namespaced: true };
}

function served(resource: Resource, traits: Traits = {}): ServedResource {
  return {
    resource,
    singular: resource.kind.toLowerCase(),
    shortNames: [],
    categories: [],
    hasStatus: false,
    countsGenerations: false,
    printerColumns: [],
    ...traits,
  };
}
