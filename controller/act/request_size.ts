/**
 * Asks for a size on one claim.
 *
 * ```text
 * re-check ─► (canary: dry run) ─► PATCH ─► recorded: Requested
 *    │ ▲              │              │
 *    │ └── read anew ─┴── 409, once ─┤
 *    └── already ─► recorded         └── refused for good ─► recorded: Failed
 * ```
 *
 * A crash between the PATCH and the record is found by the next plan: the claim asks for the size already,
 * and only the record is written.
 *
 * @module
 */

import type { Patch } from "../../kube/api.ts";
import type { RequestSize } from "../../lib/decide/plan.ts";
import type { Event } from "../../lib/event/event.ts";
import { formatQuantity } from "../../lib/units/quantity.ts";
import { projectClaim } from "../observe/project_claim.ts";
import { PERSISTENT_VOLUME_CLAIM } from "../../kube/resources.ts";
import { sizeRefused, sizeRequested } from "./announce.ts";
import { type ActContext, beside, nowOf, pathOf } from "./context.ts";
import { answerOf, classify, during, RefusedError, StaleError } from "./failure.ts";
import type { Effect } from "./outcome.ts";
import type { ClaimFacts } from "./ports.ts";
import { recheckSize } from "./recheck_size.ts";
import { withFailed, withRequested } from "./with_progress.ts";

/** Tries of one request: the plan's own view of the claim, then what the API server says. */
const TRIES = 2;

/**
 * Carries a size request out and records it in its event.
 *
 * @throws {StaleError} If the claim or the event is not what was decided about.
 * @throws {RefusedError} If the request was refused for good; the event says so then.
 */
export async function requestSize(action: RequestSize, context: ActContext): Promise<Effect> {
  const { ledger } = context;
  const event = ledger.read(action.eventName);
  const effect = await ask(action, event, context).catch(async (error: unknown) => {
    if (error instanceof RefusedError) await recordRefusal(action, error, context);
    throw error;
  });
  if (effect === "written") context.announce(sizeRequested(context.view, action, event));
  const recorded = await ledger.change(
    action.eventName,
    (status) => withRequested(status, action.claimName, nowOf(context)),
  );
  return effect === "written" ? effect : recorded;
}

async function ask(action: RequestSize, event: Event, context: ActContext): Promise<Effect> {
  let claim = context.latest.claim(context.view.namespace, action.claimName) ??
    await readClaim(action, context);
  for (let triesLeft = TRIES - 1;; triesLeft--) {
    const check = recheckSize(action, claim);
    switch (check.kind) {
      case "already":
        return "already";
      case "stale":
        throw new StaleError(
          `Cannot resize ${pathOf(context, action.claimName)}: ${check.message}`,
        );
      case "refuse":
        throw new RefusedError(check.reason, check.message);
      case "write":
        break;
    }
    try {
      await patchClaim(action, claim, event, context);
      return "written";
    } catch (error) {
      if (classify(error).kind !== "conflict" || triesLeft <= 0) throw error;
      claim = await readClaim(action, context);
    }
  }
}

async function patchClaim(
  action: RequestSize,
  claim: ClaimFacts,
  event: Event,
  context: ActContext,
): Promise<void> {
  const patch = sizePatch(action, claim);
  // One more call is affordable once an operation; where a sibling is in an emergency, every call counts.
  if (event.expansion?.canaryClaimName === action.claimName) {
    await send(action, patch, true, context);
  }
  await send(action, patch, false, context);
}

async function send(
  action: RequestSize,
  patch: Patch,
  dryRun: boolean,
  context: ActContext,
): Promise<void> {
  const path = pathOf(context, action.claimName);
  try {
    await during(
      `${dryRun ? "trying to resize" : "resizing"} PersistentVolumeClaim ${path}`,
      () =>
        context.writer.patch(PERSISTENT_VOLUME_CLAIM, beside(context, action.claimName), patch, {
          lane: "volume",
          dryRun,
        }),
    );
  } catch (error) {
    const answer = answerOf(error);
    if (answer?.isNotFound) throw new StaleError(`Cannot resize ${path}: the claim is gone`);
    if (answer === undefined || classify(error).kind !== "refused") throw error;
    // A request that stays where it is was found infeasible before: that remains the reason.
    const reason = action.lowering ? "ResizeInfeasible" : "ResizeRefused";
    throw new RefusedError(reason, answer.message, { cause: error });
  }
}

/** The UID is there for the day on which a version number comes twice: the claim must be this one. */
function sizePatch(action: RequestSize, claim: ClaimFacts): Patch {
  return {
    type: "merge",
    body: {
      metadata: { uid: claim.uid, resourceVersion: claim.resourceVersion },
      spec: { resources: { requests: { storage: formatQuantity(action.toBytes) } } },
    },
  };
}

async function readClaim(action: RequestSize, context: ActContext): Promise<ClaimFacts> {
  const path = pathOf(context, action.claimName);
  try {
    return await during(`reading PersistentVolumeClaim ${path}`, async () => {
      const object = await context.writer.get(
        PERSISTENT_VOLUME_CLAIM,
        beside(context, action.claimName),
        "volume",
      );
      context.fold(PERSISTENT_VOLUME_CLAIM, object);
      return projectClaim(object);
    });
  } catch (error) {
    if (answerOf(error)?.isNotFound) {
      throw new StaleError(`Cannot resize ${path}: the claim is gone`);
    }
    throw error;
  }
}

async function recordRefusal(
  action: RequestSize,
  refusal: RefusedError,
  context: ActContext,
): Promise<void> {
  const failure = { reason: refusal.reason, message: refusal.message };
  context.announce(sizeRefused(context.view, action, failure));
  await context.ledger.change(
    action.eventName,
    (status) => withFailed(status, action.claimName, failure, nowOf(context)),
  );
}
