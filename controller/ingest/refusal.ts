/**
 * Why a report is refused: one vocabulary for the answer, the log and the metric.
 *
 * @module
 */

/** HTTP status of every reason. */
const STATUS_BY_REASON = {
  BodyInvalid: 400,
  FormatUnknown: 400,
  TokenMissing: 401,
  TokenInvalid: 401,
  AudienceMismatch: 401,
  PodUnbound: 403,
  PodUnknown: 503,
  PodReplaced: 403,
  PodUnowned: 403,
  PodNotInstance: 403,
  PodMismatch: 403,
  ClusterUnknown: 403,
  ClusterReplaced: 403,
  InstanceUnlisted: 403,
  SequenceReplayed: 409,
  BodyTooLarge: 413,
  BodyNotJson: 415,
  TooManyReports: 429,
  TooManyReviews: 429,
  AnswerFailed: 500,
  NotLeader: 503,
  NotSynced: 503,
  ReviewFailed: 503,
} as const;

/** A reason in CamelCase, as it stands in answers, logs and metric labels. */
export type RefusalReason = keyof typeof STATUS_BY_REASON;

/** HTTP status of a refusal. */
export type RefusalStatus = (typeof STATUS_BY_REASON)[RefusalReason];

/** A refusal on its way to the agent. */
export interface Refusal {
  readonly reason: RefusalReason;
  readonly status: RefusalStatus;
  /** A sentence for whoever runs the agent; holds nothing of the token and nothing of the body. */
  readonly message: string;
  /** Wait at least this long before the next try. */
  readonly retryAfterSeconds?: number | undefined;
  /** What is wrong with the body, path by path. */
  readonly problems?: readonly string[] | undefined;
  /** For the log alone. */
  readonly detail?: string | undefined;
}

/** Optional parts of a {@link Refusal}. */
export type RefusalParts = Pick<Refusal, "retryAfterSeconds" | "problems" | "detail">;

function isRefusalReason(word: string): word is RefusalReason {
  return Object.hasOwn(STATUS_BY_REASON, word);
}

/** Every reason. */
export const REASONS: readonly RefusalReason[] = Object.keys(STATUS_BY_REASON).filter(
  isRefusalReason,
);

/** Creates a refusal with the status that belongs to its reason. */
export function refusal(reason: RefusalReason, message: string, parts: RefusalParts = {}): Refusal {
  return { reason, status: STATUS_BY_REASON[reason], message, ...parts };
}
