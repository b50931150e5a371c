/**
 * The API group of our custom resources (PRD Key Architecture Decisions, DESIGN §7).
 *
 * @module
 */

/** Group of StoragePolicy, StorageEvent and ClusterStorage. */
export const API_GROUP = "cnpg.supporttools.io";

/** The one version that is served and stored. */
export const API_VERSION = "v1alpha1";

/** `apiVersion` of every object of ours. */
export const GROUP_VERSION = `${API_GROUP}/${API_VERSION}` as const;
