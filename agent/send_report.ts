/**
 * Sends reports to the controller and reads its answers.
 *
 * @module
 */

import { linkAbort, raceAbort, startWatchdog } from "../kube/abort.ts";
import type { Clock } from "../kube/clock.ts";
import type { ReadTextFile } from "../kube/connection.ts";
import { errorText } from "../kube/logger.ts";
import { readText } from "../kube/response_text.ts";
import { shareReads } from "../kube/shared_read.ts";
import { createTokenReader } from "../kube/token_reader.ts";
import type { Transport } from "../kube/transport.ts";
import { type Report, type ReportAnswer, reportAnswerSchema } from "../lib/report/report.ts";
import type { AgentConfig } from "./config.ts";
import type { SendOutcome } from "./outbox.ts";

/** An answer takes milliseconds; after this long the connection is taken for dead. */
export const SEND_DEADLINE_MS = 5_000;

/**
 * How long a connection to the controller may do nothing: less than the 1.5 s after which the controller closes
 * it (`controller/serve/server_limits.ts`). A report that met its end would be lost, and tried again seconds later.
 */
export const IDLE_CONNECTION_MS = 1_000;

/** 64 trips are less than 10 KiB. */
export const ANSWER_BYTES_MAX = 65_536;

/** The beginning of an error's body that stands in a message. */
const DETAIL_LENGTH_MAX = 200;

/** How the controller is reached. */
export type ControllerConfig = AgentConfig["controller"];

/** Sends one report at a time. */
export interface ReportSender {
  /** Never rejects. */
  send(report: Report, signal: AbortSignal): Promise<SendOutcome<ReportAnswer>>;
  close(): void;
}

/** What {@link createReportSender} needs. */
export interface ReportSenderOptions {
  readonly clock: Clock;
  /** Read for every report, because configuration may change. */
  readonly controller: () => ControllerConfig;
  readonly readTextFile: ReadTextFile;
  /** Opens connections that trust the configured CA. */
  readonly openTransport: (controller: ControllerConfig & { readonly url: string }) => Transport;
}

/** Creates a {@link ReportSender}. */
export function createReportSender(options: ReportSenderOptions): ReportSender {
  const { clock } = options;
  const readTextFile = shareReads(options.readTextFile);
  let open: { readonly transport: Transport; readonly key: string } | undefined;

  function transportTo(controller: ControllerConfig & { readonly url: string }): Transport {
    const key = JSON.stringify(controller);
    if (open?.key !== key) {
      open?.transport.close();
      open = { key, transport: options.openTransport(controller) };
    }
    return open.transport;
  }

  async function post(report: Report, signal: AbortSignal): Promise<SendOutcome<ReportAnswer>> {
    const { url, ...rest } = options.controller();
    if (url === undefined) {
      throw new TypeError("Cannot report: expected controller.url to be configured, found none");
    }
    // Read for every report: the file is small, reports are rare, and kubelet replaces it when it likes.
    const source = { kind: "file", path: rest.tokenFile } as const;
    const reader = createTokenReader(source, { clock, readTextFile });
    const token = await raceAbort(reader.read(), signal);
    const response = await transportTo({ ...rest, url }).send({
      method: "POST",
      url: new URL("v1/reports", url.endsWith("/") ? url : `${url}/`).href,
      headers: {
        "authorization": `Bearer ${token?.reveal() ?? ""}`,
        "content-type": "application/json",
        "accept": "application/json",
      },
      body: JSON.stringify(report),
    }, signal);
    return outcomeOf(response, await readText(response, signal, ANSWER_BYTES_MAX));
  }

  return {
    async send(report: Report, signal: AbortSignal): Promise<SendOutcome<ReportAnswer>> {
      using link = linkAbort(signal);
      using _deadline = startWatchdog(clock, SEND_DEADLINE_MS, () => {
        link.abort(new Error(`expected an answer within ${SEND_DEADLINE_MS} ms, found none`));
      });
      try {
        return await post(report, link.signal);
      } catch (error) {
        // The connection may be half open: the next report must not go the same way.
        if (link.signal.aborted) open?.transport.renew();
        return { kind: "failed", problem: `Cannot send the report: ${chainText(error)}` };
      }
    },
    close(): void {
      open?.transport.close();
      open = undefined;
    },
  };
}

function outcomeOf(response: Response, body: string): SendOutcome<ReportAnswer> {
  const { status } = response;
  if (status === 200) return { kind: "answered", answer: parseAnswer(body) };
  const problem = `Cannot send the report: expected status 200, found ${status} ${
    body.slice(0, DETAIL_LENGTH_MAX)
  }`.trimEnd();
  if (status === 401 || status === 403) return { kind: "refused", problem };
  return { kind: "failed", problem, retryAfterMs: retryAfterMs(response) };
}

function parseAnswer(body: string): ReportAnswer {
  try {
    return reportAnswerSchema.parse(JSON.parse(body));
  } catch (cause) {
    throw new TypeError("the controller's answer is not one: expected trips and an interval", {
      cause,
    });
  }
}

/** What was thrown and, in short, why. */
function chainText(error: unknown): string {
  const text = errorText(error);
  if (!(error instanceof Error) || error.cause === undefined) return text;
  return `${text}: ${errorText(error.cause).slice(0, DETAIL_LENGTH_MAX)}`;
}

/** Only seconds count: a date would compare two clocks (DESIGN §4). */
function retryAfterMs(response: Response): number | undefined {
  const seconds = /^\d{1,6}$/.exec(response.headers.get("retry-after")?.trim() ?? "")?.[0];
  return seconds === undefined ? undefined : Number(seconds) * 1_000;
}
