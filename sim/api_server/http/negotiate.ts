/**
 * In which form the client wants objects.
 *
 * @module
 */

import { ApiError } from "../../../kube/api.ts";

/** The forms that objects and lists are served in. */
export type Representation = "object" | "table" | "metadata";

/** `kubectl get` asks for Tables, garbage collectors and metadata informers for the metadata alone. */
const FORMS: ReadonlyMap<string, Representation> = new Map([
  ["Table", "table"],
  ["PartialObjectMetadata", "metadata"],
  ["PartialObjectMetadataList", "metadata"],
]);

/** Media types that plain JSON satisfies. */
const JSON_TYPES: readonly string[] = ["application/json", "application/*", "*/*"];

/** One media type of an `Accept` header, in lower case, and its parameters. */
interface MediaRange {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/**
 * Picks the first form that the server has.
 *
 * @throws {ApiError} 406 if there is none.
 */
export function negotiate(accept: string): Representation {
  for (const { type, parameters } of mediaRanges(accept)) {
    if (!JSON_TYPES.includes(type)) continue;
    const as = parameters.get("as");
    if (as === undefined) return "object";
    const form = FORMS.get(as);
    const isMeta = parameters.get("g") === "meta.k8s.io" && parameters.get("v") === "v1";
    if (form !== undefined && isMeta) return form;
  }
  throw new ApiError(
    "only the following media types are accepted: application/json, " +
      "application/json;as=Table;v=v1;g=meta.k8s.io, " +
      "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io",
    { code: 406, reason: "NotAcceptable" },
  );
}

/** Whether a client can read aggregated discovery of version 2. */
export function acceptsAggregatedDiscovery(accept: string): boolean {
  return mediaRanges(accept).some(({ parameters }) =>
    parameters.get("as") === "APIGroupDiscoveryList" &&
    parameters.get("g") === "apidiscovery.k8s.io" && parameters.get("v") === "v2"
  );
}

/** A header that is absent or empty accepts everything (RFC 9110 §12.5.1). */
function mediaRanges(accept: string): readonly MediaRange[] {
  if (accept.trim() === "") return [{ type: "*/*", parameters: new Map() }];
  return accept.split(",").map((range) => {
    const [type = "", ...parameters] = range.split(";").map((part) => part.trim());
    return { type: type.toLowerCase(), parameters: new Map(parameters.map(pairOf)) };
  });
}

function pairOf(parameter: string): [string, string] {
  const at = parameter.indexOf("=");
  return at < 0 ? [parameter, ""] : [parameter.slice(0, at), parameter.slice(at + 1)];
}
