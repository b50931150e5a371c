/**
 * Asks one kubelet for its statistics, straight and with `nodes/stats` alone (DESIGN §4).
 *
 * @module
 */

import type { TokenReader } from "../../../kube/token_reader.ts";
import type { TransportRequest } from "../../../kube/transport.ts";
import type { Reason } from "../../../lib/explain/reasons.ts";
import {
  type Answer,
  exchange,
  type ExchangeDependencies,
  exchangeFailure,
  type ExchangeLimits,
} from "../exchange.ts";

/**
 * A summary of 110 pods has some hundred KB. A kubelet answers from its memory: whoever needs seconds has trouble
 * of its own.
 */
export const KUBELET_LIMITS: ExchangeLimits = { deadlineMs: 5_000, bytesMax: 8 * 1_024 * 1_024 };

const UNAUTHORIZED = 401;
const FORBIDDEN = 403;
const OK = 200;

/** What asking needs. */
export interface AskKubelet extends ExchangeDependencies {
  readonly tokens: TokenReader;
}

/** What a kubelet said, or why it did not. */
export type KubeletAnswer =
  | { readonly kind: "answered"; readonly answer: Answer }
  | { readonly kind: "failed"; readonly reason: Reason; readonly message: string };

/**
 * Asks at each of a node's origins until a certificate fits. The token goes out only over a connection whose
 * certificate was verified: the handshake fails before anything is written.
 */
export async function askKubelet(
  dependencies: AskKubelet,
  origins: readonly string[],
  signal: AbortSignal,
): Promise<KubeletAnswer> {
  let failed: KubeletAnswer | undefined;
  for (const origin of origins) {
    const answer = await askAt(dependencies, origin, signal);
    if (answer.kind === "answered") return answer;
    // A name that cannot be found says less than a certificate that does not fit.
    failed ??= answer;
    if (answer.reason !== "KubeletCertificateUnverified") return failed;
  }
  const message = "its Node names no address";
  return failed ?? { kind: "failed", reason: "KubeletUnreachable", message };
}

async function askAt(
  { tokens, ...dependencies }: AskKubelet,
  origin: string,
  signal: AbortSignal,
): Promise<KubeletAnswer> {
  try {
    const request = requestTo(origin, tokens);
    const answer = await exchange(dependencies, request, KUBELET_LIMITS, signal);
    if (answer.status === OK) return { kind: "answered", answer };
    return refusal(answer, tokens);
  } catch (error) {
    const { certificate, message } = exchangeFailure(error);
    const reason = certificate ? "KubeletCertificateUnverified" : "KubeletUnreachable";
    return { kind: "failed", reason, message };
  }
}

async function requestTo(origin: string, tokens: TokenReader): Promise<TransportRequest> {
  const token = await tokens.read();
  const headers: Record<string, string> = { accept: "application/json" };
  if (token !== undefined) headers["authorization"] = `Bearer ${token.reveal()}`;
  return { method: "GET", url: `${origin}/stats/summary`, headers };
}

function refusal({ status }: Answer, tokens: TokenReader): KubeletAnswer {
  const message = `it answered ${status}`;
  if (status === UNAUTHORIZED) tokens.invalidate();
  const isRefusal = status === UNAUTHORIZED || status === FORBIDDEN;
  return {
    kind: "failed",
    reason: isRefusal ? "KubeletRefused" : "KubeletUnreachable",
    message: isRefusal ? `${message}: the right to get nodes/stats is needed` : message,
  };
}
