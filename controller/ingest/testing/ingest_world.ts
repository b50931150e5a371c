/**
 * A world for tests of ingest: one Cluster with one instance, an API server that knows its token.
 *
 * @module
 */

import type { JsonObject } from "../../../kube/api.ts";
import { createFakeClock, type FakeClock } from "../../../kube/testing/fake_clock.ts";
import {
  createRecordingLogger,
  type RecordingLogger,
} from "../../../kube/testing/recording_logger.ts";
import type { Report, ReportAnswer } from "../../../lib/report/report.ts";
import { createIngestApp, type IngestDependencies } from "../ingest_app.ts";
import type { KnownCluster, KnownPod, Reporter } from "../ports.ts";
import { tokenThatEndsIn, verifiedStatus } from "./reviews.ts";

/** Audience of every token in these tests. */
export const AUDIENCE = "cnpg-storage-manager";

/** What the app answered. */
export interface IngestAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: JsonObject;
}

/** What a test may vary in one request. */
export interface SendOptions {
  readonly token?: string | undefined;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** The app with everything around it within reach of a test. */
export interface IngestWorld {
  readonly app: ReturnType<typeof createIngestApp>;
  readonly clock: FakeClock;
  readonly logger: RecordingLogger;
  /** By `namespace/name`. */
  readonly pods: Map<string, KnownPod>;
  readonly clusters: Map<string, KnownCluster>;
  readonly accepted: { readonly reporter: Reporter; readonly report: Report }[];
  readonly results: string[];
  /** TokenReviews that reached the API server. */
  readonly reviewed: JsonObject[];
  /** Token of the one instance, good for an hour. */
  readonly token: string;
  /** Reports that were sent: the number of the next one. */
  sent: number;
  synced: boolean;
  /** Answers a TokenReview with its status. */
  review: (token: string) => JsonObject | Promise<JsonObject>;
  accept: IngestDependencies["accept"];
  send(options?: SendOptions): Promise<IngestAnswer>;
}

/** The smallest report that fits the schema. */
export function emptyReport(sequence = 0): Report {
  return {
    format: 1,
    agentVersion: "0.1.0",
    sequence,
    session: "s",
    cause: "interval",
    volumes: [],
    unreadable: [],
    degraded: [],
  };
}

/** What `accept` gives unless a test changes it. */
export const ANSWER: ReportAnswer = {
  format: 1,
  trips: [{ role: "data", availableBelowBytes: 1_000 }],
  intervalMs: 30_000,
  wantHistory: false,
};

/** Creates the world. */
export function createIngestWorld(): IngestWorld {
  const clock = createFakeClock();
  const token = tokenThatEndsIn(clock, 3_600_000);
  const logger = createRecordingLogger();
  const world: IngestWorld = {
    app: createIngestApp({
      api: {
        async create(_resource, object): Promise<JsonObject> {
          world.reviewed.push(object);
          return { ...object, status: await world.review(tokenOf(object)) };
        },
      },
      clock,
      logger,
      directory: {
        synced: () => world.synced,
        findPod: (namespace, name) => world.pods.get(`${namespace}/${name}`),
        findCluster: (namespace, name) => world.clusters.get(`${namespace}/${name}`),
      },
      meter: { reportEnded: (result) => void world.results.push(result) },
      accept: (reporter, report) => world.accept(reporter, report),
      audience: AUDIENCE,
    }),
    clock,
    logger,
    pods: new Map([["shop/orders-1", instancePod("orders-1")]]),
    clusters: new Map([["shop/orders", { uid: "cluster-uid", instanceNames: ["orders-1"] }]]),
    accepted: [],
    results: [],
    reviewed: [],
    token,
    sent: 0,
    synced: true,
    review: () => verifiedStatus("orders-1"),
    accept: (reporter, report) => {
      world.accepted.push({ reporter, report });
      return ANSWER;
    },
    send: (options = {}) => send(world, options),
  };
  return world;
}

/** An instance's pod of Cluster `orders`, its UID derived from its name. */
export function instancePod(name: string): KnownPod {
  return {
    uid: `${name}-uid`,
    podRole: "instance",
    instance: name,
    controller: {
      apiVersion: "postgresql.cnpg.io/v1",
      kind: "Cluster",
      name: "orders",
      uid: "cluster-uid",
    },
  };
}

async function send(world: IngestWorld, options: SendOptions): Promise<IngestAnswer> {
  const { body = emptyReport(world.sent++), token = world.token } = options;
  const response = await world.app.request("/v1/reports", {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      ...(token === "" ? {} : { Authorization: `Bearer ${token}` }),
      ...options.headers,
    },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: JSON.parse(text) };
}

function tokenOf(review: JsonObject): string {
  const { spec } = review;
  if (typeof spec === "object" && spec !== null && "token" in spec) return String(spec.token);
  throw new TypeError("Cannot review: expected spec.token in the TokenReview");
}
