/**
 * Reads the body of a report. What is wrong is named by path and rule; the body itself is never repeated.
 *
 * @module
 */

import * as z from "zod";

import { type Report, REPORT_FORMAT, reportSchema } from "../../lib/report/report.ts";
import { type Refusal, refusal } from "./refusal.ts";

/** The first few problems tell what is wrong; a report with a thousand is wrong in one way. */
const PROBLEMS_MAX = 8;

const formatSchema = z.object({ format: z.number() });

/** What became of a body. */
export type ParsedReport =
  | { readonly kind: "report"; readonly report: Report }
  | { readonly kind: "refused"; readonly refusal: Refusal };

/** Parses the text of a request's body. */
export function parseReport(text: string): ParsedReport {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return refused(refusal("BodyInvalid", "The body is not JSON"));
  }
  // Before the schema: a newer format would otherwise be answered by a list of its new fields.
  const { data } = formatSchema.safeParse(body);
  if (data !== undefined && data.format !== REPORT_FORMAT) {
    return refused(refusal(
      "FormatUnknown",
      `The agent speaks format ${data.format}, this controller speaks ${REPORT_FORMAT}`,
    ));
  }
  const parsed = reportSchema.safeParse(body);
  if (parsed.success) return { kind: "report", report: parsed.data };
  return refused(refusal("BodyInvalid", "The body is not a report", {
    problems: parsed.error.issues.slice(0, PROBLEMS_MAX).map(problemOf),
  }));
}

function problemOf(issue: z.core.$ZodIssue): string {
  const path = issue.path.map(String).join(".");
  // The message of this rule would repeat the keys, and those are the sender's.
  const rule = issue.code === "unrecognized_keys"
    ? `Unrecognized keys: ${issue.keys.length}`
    : issue.message;
  return path === "" ? rule : `${path}: ${rule}`;
}

function refused(reason: Refusal): ParsedReport {
  return { kind: "refused", refusal: reason };
}
