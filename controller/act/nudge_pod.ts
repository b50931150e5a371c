/**
 * Annotates a pod, so that its kubelet looks at its volumes now and not within a minute (`kubernetes.md` C).
 *
 * @module
 */

import type { NudgePod } from "../../lib/decide/plan.ts";
import { ANNOTATION } from "../../lib/policy/annotation_keys.ts";
import { HOUR } from "../../lib/units/millis.ts";
import { formatTimestamp } from "../../lib/units/timestamp.ts";
import { POD } from "../../kube/resources.ts";
import { podNudged } from "./announce.ts";
import { type ActContext, beside, nowOf, pathOf } from "./context.ts";
import { answerOf, classify, during, StaleError } from "./failure.ts";
import type { Effect } from "./outcome.ts";
import { withNudged } from "./with_progress.ts";

/** Rights and admission change by an administrator's hand: asking once an hour finds that soon enough. */
const FORBIDDEN_FOR_MS = HOUR;

/** Nudges pods, and remembers for a while in which namespaces it may not. */
export type PodNudger = (action: NudgePod, context: ActContext) => Promise<Effect>;

/** Creates a nudger that has not been refused yet. */
export function createPodNudger(): PodNudger {
  const forbiddenUntilMs = new Map<string, number>();

  return async function nudgePod(action, context): Promise<Effect> {
    const { namespace } = context.view;
    const nowMs = context.clock.monotonic();
    for (const [name, untilMs] of forbiddenUntilMs) {
      if (untilMs <= nowMs) forbiddenUntilMs.delete(name);
    }
    if (forbiddenUntilMs.has(namespace)) {
      recordNoNudge(action, context);
      return "withheld";
    }
    try {
      await nudgeOnce(action, context);
    } catch (error) {
      recordNoNudge(action, context);
      if (classify(error).kind !== "refused") throw error;
      forbiddenUntilMs.set(namespace, nowMs + FORBIDDEN_FOR_MS);
      context.logger.warn(
        "nudging pods is not permitted: file systems grow within minutes instead",
        {
          namespace,
          message: answerOf(error)?.message,
        },
      );
      return "withheld";
    }
    const nudgedAtMs = nowOf(context);
    await context.ledger.change(
      action.eventName,
      (status) => withNudged(status, action.claimName, nudgedAtMs),
    );
    return "written";
  };
}

/** The plan records the nudge as done: a volume that was not nudged must be nudged by a later plan. */
function recordNoNudge(action: NudgePod, context: ActContext): void {
  context.ledger.amend(
    action.eventName,
    (status) => withNudged(status, action.claimName, undefined),
  );
}

/** The kubelet looks at all volumes of a pod at once: two operations of a plan need one nudge of it. */
async function nudgeOnce(action: NudgePod, context: ActContext): Promise<void> {
  if (context.nudgedPodUids.has(action.podUid)) return;
  await patchPod(action, context);
  context.nudgedPodUids.add(action.podUid);
  context.announce(podNudged(context.view, action));
}

/** A pod of the same name may have taken the place of the one that was meant: the UID holds it. */
async function patchPod(action: NudgePod, context: ActContext): Promise<void> {
  const path = pathOf(context, action.podName);
  const annotations = { [ANNOTATION.nudge]: formatTimestamp(nowOf(context)) };
  try {
    await during(`nudging Pod ${path}`, () =>
      context.writer.patch(
        POD,
        beside(context, action.podName),
        { type: "merge", body: { metadata: { uid: action.podUid, annotations } } },
        { lane: "volume" },
      ));
  } catch (error) {
    if (!isAnother(error)) throw error;
    throw new StaleError(`Cannot nudge Pod ${path}: it is gone or another one`, { cause: error });
  }
}

/** A UID that does not fit is a field that cannot change; admission refuses with the same code. */
function isAnother(error: unknown): boolean {
  const answer = answerOf(error);
  if (answer === undefined) return false;
  return answer.isNotFound || answer.code === 422 && answer.message.includes("metadata.uid");
}
