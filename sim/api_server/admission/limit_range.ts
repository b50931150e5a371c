/**
 * The admission plugin `LimitRanger`, as far as it concerns claims: it looks at every write of one.
 *
 * @module
 */

import type { JsonObject } from "../../../kube/api.ts";
import { isJsonObject } from "../../../kube/json.ts";
import { LIMIT_RANGE, PERSISTENT_VOLUME_CLAIM } from "../../../kube/resources.ts";
import { type Amount, amountText, parseAmount } from "../amount.ts";
import type { AdmissionRequest, StoredObjects } from "../api_server.ts";
import { isTerminating, metadataText } from "../metadata.ts";
import { objectAt } from "./claim.ts";
import { forbidden } from "./refusal.ts";

const CLAIM_TYPE = "PersistentVolumeClaim";

/** Refuses claims that are smaller or larger than the namespace allows. */
export function admitWithinLimitRange(request: AdmissionRequest, objects: StoredObjects): void {
  const { resource, object, previous, name } = request;
  if (resource.plural !== PERSISTENT_VOLUME_CLAIM.plural || resource.group !== "") return;
  if (object === undefined || request.subresource !== undefined) return;
  if (previous !== undefined && isTerminating(previous)) return;
  for (const range of objects.all(LIMIT_RANGE)) {
    if (metadataText(range, "namespace") !== name.namespace) continue;
    const problems = limitsOf(range).flatMap((limit) => violations(limit, object));
    if (problems.length === 0) continue;
    const [first] = problems;
    throw forbidden(
      request,
      problems.length === 1 && first !== undefined ? first : `[${problems.join(", ")}]`,
    );
  }
}

function limitsOf(range: JsonObject): readonly JsonObject[] {
  const limits = objectAt(range, "spec")["limits"];
  if (!Array.isArray(limits)) return [];
  return limits.filter(isJsonObject).filter((limit) => limit["type"] === CLAIM_TYPE);
}

function violations(limit: JsonObject, claim: JsonObject): readonly string[] {
  const requests = objectAt(claim, "spec", "resources", "requests");
  return [
    ...bounds(limit, "min").flatMap(([name, least]) => {
      const found = parseAmount(requests[name]);
      const isWithin = found !== undefined && found.nanos >= least.nanos;
      return isWithin ? [] : [violation("minimum", name, least, found)];
    }),
    ...bounds(limit, "max").flatMap(([name, most]) => {
      const found = parseAmount(requests[name]);
      const isWithin = found !== undefined && found.nanos <= most.nanos;
      return isWithin ? [] : [violation("maximum", name, most, found)];
    }),
  ];
}

function bounds(limit: JsonObject, field: "min" | "max"): [string, Amount][] {
  return Object.entries(objectAt(limit, field)).flatMap(([name, value]): [string, Amount][] => {
    const amount = parseAmount(value);
    return amount === undefined ? [] : [[name, amount]];
  });
}

function violation(
  bound: "minimum" | "maximum",
  name: string,
  amount: Amount,
  found: Amount | undefined,
): string {
  const rule = `${bound} ${name} usage per ${CLAIM_TYPE} is ${amountText(amount)}`;
  if (found === undefined) return `${rule}.  No request is specified`;
  return `${rule}, but request is ${amountText(found)}`;
}
