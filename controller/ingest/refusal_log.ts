/**
 * Logs refusals without letting a refused agent fill the log.
 *
 * @module
 */

import type { Clock } from "../../kube/clock.ts";
import type { LogFields, Logger } from "../../kube/logger.ts";
import type { Refusal, RefusalReason } from "./refusal.ts";

/** One line a minute for each reason: enough to notice, and the metric counts the rest. */
const LINE_INTERVAL_MS = 60_000;

interface Line {
  readonly writtenAtMs: number;
  readonly suppressed: number;
}

/** Notes a refusal; `about` says whom it hit as far as that is established. */
export type LogRefusal = (refused: Refusal, about: LogFields) => void;

/** Creates a {@link LogRefusal} that has written nothing yet. */
export function createRefusalLog(logger: Logger, clock: Clock): LogRefusal {
  // Bounded by the vocabulary of reasons.
  const lines = new Map<RefusalReason, Line>();
  return function logRefusal(refused: Refusal, about: LogFields): void {
    const nowMs = clock.monotonic();
    const last = lines.get(refused.reason);
    if (last !== undefined && nowMs - last.writtenAtMs < LINE_INTERVAL_MS) {
      lines.set(refused.reason, { ...last, suppressed: last.suppressed + 1 });
      return;
    }
    lines.set(refused.reason, { writtenAtMs: nowMs, suppressed: 0 });
    logger.warn(`Refused a report: ${refused.message}`, {
      reason: refused.reason,
      status: refused.status,
      ...(refused.detail === undefined || refused.detail === "" ? {} : { detail: refused.detail }),
      ...(refused.problems === undefined ? {} : { problems: refused.problems }),
      suppressed: last?.suppressed ?? 0,
      ...about,
    });
  };
}
