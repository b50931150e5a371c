/**
 * What limits claims besides policies, as far as it may be watched.
 *
 * These pictures are optional: the API server refuses what does not fit in any case, so a right to them that is
 * missing costs an early word and nothing else. Nothing waits for them, and none of their absences is an
 * objection.
 *
 * @module
 */

import type { Logger } from "../../kube/logger.ts";
import type { Change } from "../../kube/object_cache.ts";
import { CSI_STORAGE_CAPACITY, LIMIT_RANGE, RESOURCE_QUOTA } from "../../kube/resources.ts";
import { maxBytes } from "../../lib/units/bytes.ts";
import { HOUR, MINUTE } from "../../lib/units/millis.ts";
import type { ClassCapacity, StorageLimits } from "../../lib/view/cluster.ts";
import type { PictureOptions } from "./pictures.ts";
import {
  type ClassCapacityRecord,
  type LimitRangeRecord,
  projectClassCapacity,
  projectLimitRange,
  projectQuota,
  type QuotaRecord,
} from "./project_limits.ts";
import { createScopedReflector, type Picture } from "./scoped_reflector.ts";

/** A watch without rights is tried for ever, twice a minute: that it broke is worth a line an hour. */
const TOLD_AGAIN_AFTER_MS = HOUR;

/** A picture that nothing was heard of for longer may hold back what a raised quota has long allowed. */
const HEARD_WITHIN_MS = 3 * MINUTE;

/** The limits of every namespace that is watched. */
export interface StorageLimitBook {
  readonly pictures: readonly Picture[];
  /** What limits the claims of a namespace; undefined where nothing of it is known. */
  of(namespace: string): StorageLimits | undefined;
}

/**
 * Creates a book that knows nothing yet. `onChange` is told the namespace whose quotas or limits say something
 * else about storage. Capacities change with every volume that anybody makes, so nobody is told of theirs: the
 * next report of an agent has its cluster looked at anyway.
 */
export function createStorageLimitBook(
  options: PictureOptions,
  onChange: (namespace: string) => void,
): StorageLimitBook {
  let capacities: readonly ClassCapacity[] | undefined;
  const { api, clock, random, watchNamespaces: namespaces } = options;
  const shared = { api, clock, random, log: seldomLoud(options), namespaces };
  const quotas = createScopedReflector<QuotaRecord>({
    ...shared,
    resource: RESOURCE_QUOTA,
    project: projectQuota,
    onChange: (change) => tellNews(change, onChange),
  });
  const limitRanges = createScopedReflector<LimitRangeRecord>({
    ...shared,
    resource: LIMIT_RANGE,
    project: projectLimitRange,
    onChange: (change) => tellNews(change, onChange),
  });
  const classCapacities = createScopedReflector<ClassCapacityRecord>({
    ...shared,
    // Drivers publish them in their own namespace.
    namespaces: [],
    resource: CSI_STORAGE_CAPACITY,
    project: projectClassCapacity,
    onChange(): void {
      capacities = undefined;
    },
  });
  const pictures = [quotas, limitRanges, classCapacities];
  return {
    pictures,
    of(namespace): StorageLimits | undefined {
      if (!pictures.some(isCurrent)) return undefined;
      capacities ??= largestByClass(classCapacities.list());
      const ownQuotas = isCurrent(quotas) ? within(namespace, quotas.list()) : [];
      const ownLimits = isCurrent(limitRanges) ? within(namespace, limitRanges.list()) : [];
      return {
        quotas: ownQuotas.flatMap((record) => record.quotas),
        claimSizeLimits: ownLimits.flatMap(({ limits }) => limits),
        classCapacities: isCurrent(classCapacities) ? capacities : [],
      };
    },
  };
}

function isCurrent(picture: Picture): boolean {
  return picture.synced() && (picture.silentForMs() ?? Infinity) <= HEARD_WITHIN_MS;
}

function within<T extends { readonly namespace: string }>(
  namespace: string,
  records: readonly T[],
): T[] {
  return records.filter((record) => record.namespace === namespace);
}

/** The usage of a quota may move for pods alone: its numbers about storage decide whether that is news. */
function tellNews<T extends { readonly namespace: string }>(
  change: Change<T>,
  onChange: (namespace: string) => void,
): void {
  const before = change.kind === "added" ? undefined : change.previous;
  const now = change.kind === "deleted" ? undefined : change.object;
  const namespace = now?.namespace ?? before?.namespace;
  if (namespace !== undefined && JSON.stringify(before) !== JSON.stringify(now)) {
    onChange(namespace);
  }
}

/** The most that any one has left; a class with one that does not tell is left out: nothing is known of it. */
function largestByClass(records: readonly ClassCapacityRecord[]): ClassCapacity[] {
  const silent = new Set(
    records.filter(({ availableBytes }) => availableBytes === undefined)
      .map(({ storageClass }) => storageClass),
  );
  const byClass = new Map<string, ClassCapacity>();
  for (const { storageClass, availableBytes } of records) {
    if (availableBytes === undefined || silent.has(storageClass)) continue;
    const largest = maxBytes(
      byClass.get(storageClass)?.availableBytes ?? availableBytes,
      availableBytes,
    );
    byClass.set(storageClass, { storageClass, availableBytes: largest });
  }
  return [...byClass.values()];
}

function seldomLoud({ log, clock }: Pick<PictureOptions, "log" | "clock">): Logger {
  const toldAt = new Map<string, number>();
  return {
    debug: (message, fields) => log.debug(message, fields),
    info: (message, fields) => log.info(message, fields),
    error: (message, fields) => log.error(message, fields),
    warn(message, fields): void {
      const key = `${message} ${String(fields?.["resource"])}`;
      const last = toldAt.get(key);
      const isDue = last === undefined || clock.monotonic() - last >= TOLD_AGAIN_AFTER_MS;
      if (!isDue) return log.debug(message, fields);
      toldAt.set(key, clock.monotonic());
      log.warn(message, fields);
    },
  };
}
