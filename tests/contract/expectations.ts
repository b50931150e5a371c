/**
 * What a contract case expects of an answer.
 *
 * Of messages only the part is compared that people search for: the rest differs between versions.
 *
 * @module
 */

import assert from "node:assert/strict";
import { ApiError, type JsonObject } from "../../kube/api.ts";
import { isJsonObject } from "../../kube/json.ts";
import { at } from "../lab/claim.ts";
import type { Answer } from "./contract_world.ts";

/** What the server blames when it has not come to checking rules, besides the mistakes that kept it from that. */
const RULES_NOT_CHECKED_FIELD = ",<nil>";

/** A Status object that says no. */
export interface Refusal {
  readonly code: number;
  readonly reason: string;
  /** `details` without its causes; absent: not compared. */
  readonly details?: JsonObject | undefined;
  /** Reason and field of every cause, in any order and once each; absent: not compared. */
  readonly causes?: readonly (readonly [reason: string, field: string])[] | undefined;
  readonly message?: RegExp | undefined;
}

/** Fails unless the answer is a refusal, as HTTP status and as Status object. */
export function assertRefused(answer: Answer, expected: Refusal): void {
  assertFailureStatus(answer.body, expected);
  assert.equal(answer.status, expected.code, "HTTP status");
}

/** Fails unless an object is a Status of failure. */
export function assertFailureStatus(status: JsonObject, expected: Refusal): void {
  const told = JSON.stringify(status).slice(0, 1_000);
  const found = {
    kind: status["kind"],
    apiVersion: status["apiVersion"],
    status: status["status"],
    code: status["code"],
    reason: status["reason"],
  };
  assert.deepEqual(found, {
    kind: "Status",
    apiVersion: "v1",
    status: "Failure",
    code: expected.code,
    reason: expected.reason,
  }, told);
  if (expected.message !== undefined) assert.match(String(status["message"]), expected.message);
  const { causes, ...details } = isJsonObject(status["details"]) ? status["details"] : {};
  if (expected.details !== undefined) assert.deepEqual(details, expected.details, told);
  if (expected.causes !== undefined) {
    assert.deepEqual(causePairs(causes), expected.causes.map(String).toSorted(), told);
  }
}

function causePairs(causes: unknown): string[] {
  const list: readonly unknown[] = Array.isArray(causes) ? causes : [];
  const pairs = list
    .map((cause) => `${at(cause, "reason")},${at(cause, "field")}`)
    .filter((pair) => !pair.endsWith(RULES_NOT_CHECKED_FIELD));
  return [...new Set(pairs)].toSorted();
}

/** Fails unless the answer is a success, and gives its object. */
export function assertDone(answer: Answer, status = 200): JsonObject {
  assert.equal(answer.status, status, answer.text.slice(0, 1_000));
  return answer.body;
}

/** Fails unless a call of the port was refused in this way. */
export async function assertRejected(
  call: Promise<unknown>,
  expected: Pick<Refusal, "code" | "reason" | "message">,
): Promise<void> {
  await assert.rejects(call, (error) => {
    assert.ok(error instanceof ApiError, String(error));
    assert.deepEqual(
      { code: error.code, reason: error.reason },
      { code: expected.code, reason: expected.reason },
      error.message,
    );
    if (expected.message !== undefined) assert.match(error.message, expected.message);
    return true;
  });
}
