/**
 * The way of a report from an agent of the world to the controller, without a network.
 *
 * @module
 */

import { type Report, reportAnswerSchema } from "../../lib/report/report.ts";
import type { ReportOutcome, SendReport } from "../../sim/world/reporter.ts";
import type { Manager } from "./manager.ts";

/** Sees reports on their way. */
export interface ReportWatch {
  /** Whether a report is lost. */
  loses(report: Report): boolean;
  /** Told of every report that reaches a controller, before it does. */
  onSent(report: Report): void;
}

/** Delivers to whoever manages at the time of each report. */
export function createDelivery(
  manager: () => Manager | undefined,
  watch?: ReportWatch,
): SendReport {
  return async function deliver(token, report): Promise<ReportOutcome> {
    const receiver = manager();
    if (receiver === undefined || watch?.loses(report)) {
      return { kind: "failed", problem: "nobody listens" };
    }
    watch?.onSent(report);
    const body = JSON.stringify(report);
    const response = await receiver.report(
      new Request("http://manager/v1/reports", {
        method: "POST",
        headers: {
          "Content-Type": "application/json",
          // A real connection tells it; without it the body is counted chunk by chunk.
          "Content-Length": String(new TextEncoder().encode(body).byteLength),
          Authorization: `Bearer ${token}`,
        },
        body,
      }),
    );
    const text = await response.text();
    if (response.ok) {
      return { kind: "answered", answer: reportAnswerSchema.parse(JSON.parse(text)) };
    }
    const problem = `${response.status} ${text}`;
    return { kind: response.status < 429 ? "refused" : "failed", problem };
  };
}
