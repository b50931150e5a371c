/**
 * The HTTP side of ingest: `POST /v1/reports`.
 *
 * The order of the checks is the order of their cost, and nothing of a body is read before its sender has
 * been found to be a pod that may report.
 *
 * @module
 */

import { type Context, Hono, type MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";

import type { KubeApi } from "../../kube/api.ts";
import type { Clock } from "../../kube/clock.ts";
import { errorText, type Logger } from "../../kube/logger.ts";
import { type Authenticate, createAuthenticate } from "./authenticate.ts";
import { authorize } from "./authorize.ts";
import { bearerTokenOf } from "./bearer_token.ts";
import { parseReport } from "./parse_report.ts";
import type { AcceptReport, IngestMeter, PodDirectory, Reporter } from "./ports.ts";
import { type Refusal, refusal } from "./refusal.ts";
import { createRefusalLog, type LogRefusal } from "./refusal_log.ts";
import { createReportOrder } from "./report_order.ts";
import { createReportRate, type TakeReport } from "./report_rate.ts";

/** Largest body: eight volumes with an hour of samples and the longest names have less (`ingest_app_test.ts`). */
export const REPORT_BODY_BYTES_MAX = 256 * 1_024;

/** A cache that is not complete yet is so within seconds of the start. */
const SYNC_RETRY_SECONDS = 2;

/** A Service follows the leader within a second or two. */
const LEADER_RETRY_SECONDS = 1;

/** What the app needs. */
export interface IngestDependencies {
  readonly api: Pick<KubeApi, "create">;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly directory: PodDirectory;
  readonly meter: IngestMeter;
  readonly accept: AcceptReport;
  /** Whether this process is the one that works. @default {() => true} */
  readonly leads?: (() => boolean) | undefined;
  /** Audience that agents' tokens are issued for. */
  readonly audience: string;
}

interface IngestEnv {
  Variables: { reporter: Reporter };
}

type Refuse = (context: Context<IngestEnv>, refused: Refusal) => Response;

/** Creates the app; its memory of tokens and rates is its own. */
export function createIngestApp(dependencies: IngestDependencies): Hono<IngestEnv> {
  const { clock, logger, meter, directory, accept, leads = () => true } = dependencies;
  const refuse = createRefuse(meter, createRefusalLog(logger, clock));
  const takePlace = createReportOrder();
  const app = new Hono<IngestEnv>();
  app.post(
    "/v1/reports",
    requireLeader(leads, refuse),
    requireJson(refuse),
    requireReporter(createAuthenticate(dependencies), directory, refuse),
    limitRate(createReportRate(clock), refuse),
    bodyLimit({
      maxSize: REPORT_BODY_BYTES_MAX,
      onError: (context) =>
        refuse(
          context,
          refusal("BodyTooLarge", `The body is larger than ${REPORT_BODY_BYTES_MAX} bytes`),
        ),
    }),
    async function takeReport(context): Promise<Response> {
      const reporter = context.get("reporter");
      const parsed = parseReport(await context.req.text());
      if (parsed.kind === "refused") return refuse(context, parsed.refusal);
      const mismatch = mismatchOf(parsed.report.pod, reporter);
      if (mismatch !== undefined) return refuse(context, mismatch);
      if (!takePlace(reporter.podUid, parsed.report)) {
        return refuse(
          context,
          refusal("SequenceReplayed", "This report, or a later one of the agent, was taken before"),
        );
      }
      const answer = await accept(reporter, parsed.report);
      meter.reportEnded("Accepted");
      return context.json(answer);
    },
  );
  app.onError((error, context) => {
    logger.error("Cannot answer a report", { error: errorText(error), ...context.get("reporter") });
    return refuse(context, refusal("AnswerFailed", "The controller failed to handle the report"));
  });
  return app;
}

function createRefuse(meter: IngestMeter, logRefusal: LogRefusal): Refuse {
  return function refuse(context, refused): Response {
    meter.reportEnded(refused.reason);
    logRefusal(refused, { ...context.get("reporter") });
    if (refused.status === 401) context.header("WWW-Authenticate", "Bearer");
    if (refused.retryAfterSeconds !== undefined) {
      context.header("Retry-After", String(refused.retryAfterSeconds));
    }
    const { reason, message, problems } = refused;
    return context.json({ reason, message, problems }, refused.status);
  };
}

/** Another connection may end at the leader; this one never does. */
function requireLeader(
  leads: () => boolean,
  refuse: Refuse,
): MiddlewareHandler<IngestEnv> {
  return async function requireLeader(context, next): Promise<Response | void> {
    if (leads()) return await next();
    context.header("Connection", "close");
    return refuse(
      context,
      refusal("NotLeader", "Another controller leads, and the Service will lead to it", {
        retryAfterSeconds: LEADER_RETRY_SECONDS,
      }),
    );
  };
}

function requireJson(refuse: Refuse): MiddlewareHandler<IngestEnv> {
  return async function requireJson(context, next): Promise<Response | void> {
    const mediaType = context.req.header("Content-Type")?.split(";", 1)[0]?.trim().toLowerCase();
    if (mediaType !== "application/json") {
      return refuse(context, refusal("BodyNotJson", "Expected Content-Type application/json"));
    }
    // Agents send kilobytes: what comes packed is unpacked by nobody, however large it would become.
    if ((context.req.header("Content-Encoding") ?? "identity") !== "identity") {
      return refuse(context, refusal("BodyNotJson", "Expected a body without Content-Encoding"));
    }
    return await next();
  };
}

function requireReporter(
  authenticate: Authenticate,
  directory: PodDirectory,
  refuse: Refuse,
): MiddlewareHandler<IngestEnv> {
  return async function requireReporter(context, next): Promise<Response | void> {
    const token = bearerTokenOf(context.req.header("Authorization"));
    if (token === undefined) {
      return refuse(context, refusal("TokenMissing", "Expected Authorization: Bearer <token>"));
    }
    if (!directory.synced()) {
      return refuse(
        context,
        refusal("NotSynced", "The controller does not know all pods and clusters yet", {
          retryAfterSeconds: SYNC_RETRY_SECONDS,
        }),
      );
    }
    const authentication = await authenticate(token);
    if (authentication.kind === "refused") return refuse(context, authentication.refusal);
    const authorization = authorize(authentication.identity, directory);
    if (authorization.kind === "refused") return refuse(context, authorization.refusal);
    context.set("reporter", authorization.reporter);
    return await next();
  };
}

function limitRate(takeReport: TakeReport, refuse: Refuse): MiddlewareHandler<IngestEnv> {
  return async function limitRate(context, next): Promise<Response | void> {
    if (takeReport(context.get("reporter").podUid)) return await next();
    return refuse(
      context,
      refusal("TooManyReports", "This pod reports too often", { retryAfterSeconds: 1 }),
    );
  };
}

/** A claim is not needed; one that contradicts the token shows an agent that is wired wrongly. */
function mismatchOf(
  claim: { readonly namespace: string; readonly name: string } | undefined,
  reporter: Reporter,
): Refusal | undefined {
  if (claim === undefined) return undefined;
  if (claim.namespace === reporter.namespace && claim.name === reporter.podName) return undefined;
  return refusal(
    "PodMismatch",
    `The report claims another pod than ${reporter.namespace}/${reporter.podName}, whose token came with it`,
  );
}
