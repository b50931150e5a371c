/**
 * The admission plugin `ResourceQuota`, as far as it concerns claims (`pkg/quota/v1/evaluator/core`).
 *
 * What is in use is counted from the claims that are stored, where a real server takes `status.used` of the
 * quota: there the controller that counts is a moment behind.
 *
 * @module
 */

import type { JsonObject } from "../../../kube/api.ts";
import { PERSISTENT_VOLUME_CLAIM, RESOURCE_QUOTA } from "../../../kube/resources.ts";
import { type Amount, amountText, parseAmount } from "../amount.ts";
import type { AdmissionRequest, StoredObjects } from "../api_server.ts";
import { metadataText } from "../metadata.ts";
import { allocatedStorage, claimClass, objectAt, requestedStorage } from "./claim.ts";
import { forbidden } from "./refusal.ts";

/** Amounts by the name of what is counted. */
type Usage = ReadonlyMap<string, Amount>;

const CLASS_SUFFIX = ".storageclass.storage.k8s.io/";
const NANOS_PER_UNIT = 10n ** 9n;
const NOTHING: Amount = { nanos: 0n, isBinary: false };

/** Refuses what would use more than a quota of the namespace allows. */
export function admitWithinQuota(request: AdmissionRequest, objects: StoredObjects): void {
  const { resource, object, previous, name } = request;
  if (resource.plural !== PERSISTENT_VOLUME_CLAIM.plural || resource.group !== "") return;
  if (object === undefined || request.subresource !== undefined) return;
  const added = increase(
    claimUsage(object),
    previous === undefined ? undefined : claimUsage(previous),
  );
  if (added.size === 0) return;
  const isHere = (one: JsonObject): boolean => metadataText(one, "namespace") === name.namespace;
  const used = total(objects.all(PERSISTENT_VOLUME_CLAIM).filter(isHere).map(claimUsage));
  for (const quota of objects.all(RESOURCE_QUOTA).filter(isHere).filter(countsClaims)) {
    checkQuota(request, quota, added, used);
  }
}

/** What `status.used` of a quota says, as the controller that counts writes it; undefined where it counts no claims. */
export function quotaUsage(quota: JsonObject, objects: StoredObjects): JsonObject | undefined {
  if (!countsClaims(quota)) return undefined;
  const namespace = metadataText(quota, "namespace");
  const isHere = (one: JsonObject): boolean => metadataText(one, "namespace") === namespace;
  const used = total(objects.all(PERSISTENT_VOLUME_CLAIM).filter(isHere).map(claimUsage));
  const names = Object.keys(objectAt(quota, "spec", "hard"))
    .filter((name) => used.has(name) || name.endsWith("requests.storage"));
  return Object.fromEntries(names.map((name) => [name, amountText(used.get(name) ?? NOTHING)]));
}

/** Quotas with a scope are about pods, or about volume attributes that nobody here has. */
function countsClaims(quota: JsonObject): boolean {
  const { scopes, scopeSelector } = objectAt(quota, "spec");
  return scopes === undefined && scopeSelector === undefined;
}

function checkQuota(
  request: AdmissionRequest,
  quota: JsonObject,
  added: Usage,
  used: Usage,
): void {
  const hard = new Map(
    Object.entries(objectAt(quota, "spec", "hard")).flatMap(([name, value]): [string, Amount][] => {
      const amount = parseAmount(value);
      return amount === undefined ? [] : [[name, amount]];
    }),
  );
  const exceeded = [...added.keys()].filter((name) => {
    const limit = hard.get(name);
    const sum = (used.get(name)?.nanos ?? 0n) + (added.get(name)?.nanos ?? 0n);
    return limit !== undefined && sum > limit.nanos;
  });
  if (exceeded.length === 0) return;
  throw forbidden(
    request,
    `exceeded quota: ${metadataText(quota, "name")}, requested: ${listed(added, exceeded)}, ` +
      `used: ${listed(used, exceeded)}, limited: ${listed(hard, exceeded)}`,
  );
}

function listed(usage: Usage, names: readonly string[]): string {
  return names.toSorted().map((name) => `${name}=${amountText(usage.get(name) ?? NOTHING)}`)
    .join(",");
}

/** What a claim counts for: an expansion that failed goes on counting until it is taken back. */
function claimUsage(claim: JsonObject): Usage {
  const one: Amount = { nanos: NANOS_PER_UNIT, isBinary: false };
  const usage = new Map<string, Amount>([
    ["persistentvolumeclaims", one],
    ["count/persistentvolumeclaims", one],
  ]);
  const className = claimClass(claim);
  if (className !== "") usage.set(`${className}${CLASS_SUFFIX}persistentvolumeclaims`, one);
  const storage = larger(requestedStorage(claim), allocatedStorage(claim));
  if (storage === undefined) return usage;
  usage.set("requests.storage", storage);
  if (className !== "") usage.set(`${className}${CLASS_SUFFIX}requests.storage`, storage);
  return usage;
}

/** The request counts alone where nothing is allocated; without a request nothing does. */
function larger(requested: Amount | undefined, allocated: Amount | undefined): Amount | undefined {
  if (requested === undefined || allocated === undefined) return requested;
  return allocated.nanos > requested.nanos ? allocated : requested;
}

/** What is counted more than before; what shrinks asks for nothing. */
function increase(after: Usage, before: Usage | undefined): Usage {
  const added = new Map<string, Amount>();
  for (const [name, amount] of after) {
    const nanos = amount.nanos - (before?.get(name)?.nanos ?? 0n);
    if (nanos > 0n) added.set(name, { ...amount, nanos });
  }
  return added;
}

function total(usages: readonly Usage[]): Usage {
  const sum = new Map<string, Amount>();
  for (const usage of usages) {
    for (const [name, amount] of usage) {
      const before = sum.get(name) ?? { ...amount, nanos: 0n };
      sum.set(name, { ...before, nanos: before.nanos + amount.nanos });
    }
  }
  return sum;
}
