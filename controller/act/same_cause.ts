/**
 * Whether two StorageEvents are about the same thing (DESIGN §7: one open event per cluster, kind and cause).
 *
 * @module
 */

import * as z from "zod";
import type { JsonObject } from "../../kube/api.ts";
import type { Event, EventDraft } from "../../lib/event/event.ts";
import { hasEnded } from "../../lib/expansion/history.ts";

/** What an event is about, as text: kind, dry run or not, and the cause, the volume, the role, else the reason. */
export function causeOf(draft: EventDraft): string {
  const { alert, breaker, expansion, reason } = draft;
  const subject = alert?.cause ?? breakerText(breaker?.scope, breakerUid(draft)) ??
    expansion?.role ?? reason;
  return causeText(draft.eventType, draft.dryRun, subject);
}

function breakerUid({ breaker }: EventDraft): string | undefined {
  return breaker?.scope === "volume" ? breaker.claimUid : undefined;
}

function breakerText(scope: string | undefined, claimUid = ""): string | undefined {
  return scope && `${scope} ${claimUid}`;
}

/**
 * The event under way with the same cause, if there is one. Expansions of one role are twins only where they
 * share a volume that has not ended: one stuck volume must not keep its siblings from growing (DESIGN §5).
 */
export function openTwin(draft: EventDraft, events: readonly Event[]): Event | undefined {
  return events.find((event) =>
    isOpen(event) && causeOf(event) === causeOf(draft) &&
    (draft.expansion === undefined || sharesVolume(draft, event))
  );
}

function sharesVolume(draft: EventDraft, event: Event): boolean {
  const held = new Set(
    event.status.volumes.filter((volume) => !hasEnded(volume)).map(({ claimUid }) => claimUid),
  );
  return draft.status.volumes.some(({ claimUid }) => held.has(claimUid));
}

/** Whether an event still has something to wait for. */
export function isOpen(event: EventDraft): boolean {
  return event.status.phase === "Pending" || event.status.phase === "InProgress";
}

const objectSchema = z.object({
  metadata: z.object({ ownerReferences: z.array(z.object({ uid: z.string() })).default([]) }),
  spec: z.object({
    eventType: z.string(),
    dryRun: z.boolean().default(false),
    role: z.string().optional(),
    reason: z.string().optional(),
    alert: z.object({ cause: z.string() }).optional(),
    circuitBreaker: z.object({ scope: z.string(), claimUid: z.string().optional() }).optional(),
  }),
  status: z.object({ phase: z.string().optional() }).default({}),
});

/**
 * Whether an object that bears the name of a new event is that event: it belongs to this very Cluster, has
 * the same cause, and is as far as the new one would be.
 */
export function isSameOperation(
  object: JsonObject,
  draft: EventDraft,
  clusterUid: string,
): boolean {
  const parsed = objectSchema.safeParse(object);
  if (!parsed.success) return false;
  const { metadata, spec, status } = parsed.data;
  const phase = status.phase ?? draft.status.phase;
  const { alert, circuitBreaker } = spec;
  const breaker = breakerText(circuitBreaker?.scope, circuitBreaker?.claimUid);
  const subject = alert?.cause ?? breaker ?? spec.role ?? spec.reason;
  const cause = causeText(spec.eventType, spec.dryRun, subject);
  return metadata.ownerReferences.some(({ uid }) => uid === clusterUid) &&
    cause === causeOf(draft) &&
    (phase === draft.status.phase || phase === "Pending" || phase === "InProgress");
}

function causeText(eventType: string, dryRun: boolean, subject: string | undefined): string {
  return [eventType, dryRun ? "dry-run" : "real", subject].join("|");
}
