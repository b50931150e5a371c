/**
 * One Lease at a server in memory, and candidates who compete for it.
 *
 * @module
 */

import { ApiError, type JsonObject, type KubeApi } from "../../api.ts";
import { isJsonObject } from "../../json.ts";
import { createFakeClock, type FakeClock } from "../../testing/fake_clock.ts";
import { createRecordingLogger, type RecordingLogger } from "../../testing/recording_logger.ts";
import { createElector, type Elector, type ElectorOptions } from "../elector.ts";

/** The Lease of every test. */
export const LEASE_NAME = { namespace: "system", name: "storage" } as const;

/** A request for the Lease. */
export type LeaseVerb = "get" | "create" | "replace";

/** How a request fares; `after` lets it take effect before its answer is lost. */
export interface LeaseFault {
  readonly when: "before" | "after";
  readonly error: Error;
}

/** The server, the time, and what was asked. */
export interface LeaseWorld {
  readonly clock: FakeClock;
  readonly logger: RecordingLogger;
  readonly api: Pick<KubeApi, "get" | "create" | "replace">;
  readonly requests: LeaseVerb[];
  /** Says how each request fares. */
  fault: (verb: LeaseVerb) => LeaseFault | undefined;
  /** Spec of the Lease, undefined if there is none. */
  spec(): JsonObject | undefined;
  /** Writes the Lease as somebody else would. */
  write(spec: JsonObject): void;
  remove(): void;
  candidate(identity: string, options?: Partial<ElectorOptions>): Candidate;
}

/** A candidate that competes. */
export interface Candidate {
  readonly elector: Elector;
  /** How {@link Elector.run} ended. */
  readonly ended: Promise<"lost" | "stopped">;
  stop(): void;
}

/** Creates a server without the Lease. */
export function createLeaseWorld(): LeaseWorld {
  let stored: JsonObject | undefined;
  let version = 0;
  const clock = createFakeClock();
  const logger = createRecordingLogger();

  function store(object: JsonObject): JsonObject {
    const metadata = { ...LEASE_NAME, uid: "u", resourceVersion: String(++version) };
    return stored = { ...object, metadata };
  }

  async function serve(verb: LeaseVerb, work: () => JsonObject): Promise<JsonObject> {
    world.requests.push(verb);
    const fault = world.fault(verb);
    await Promise.resolve();
    if (fault?.when === "before") throw fault.error;
    const answer = work();
    if (fault !== undefined) throw fault.error;
    return answer;
  }

  const world: LeaseWorld = {
    clock,
    logger,
    requests: [],
    fault: () => undefined,
    api: {
      get: () => serve("get", () => stored ?? refuse(404, "NotFound")),
      create: (_resource, object, options) =>
        serve("create", () => {
          if (options?.name !== undefined) refuse(405, "MethodNotAllowed");
          return stored === undefined ? store(object) : refuse(409, "AlreadyExists");
        }),
      replace: (_resource, _name, object) =>
        serve(
          "replace",
          () => versionOf(object) === versionOf(stored) ? store(object) : refuse(409, "Conflict"),
        ),
    },
    spec: () => isJsonObject(stored?.["spec"]) ? stored["spec"] : undefined,
    write: (spec) => void store({ spec }),
    remove(): void {
      stored = undefined;
    },
    candidate: (identity, options) => startCandidate(world, identity, options),
  };
  return world;
}

function startCandidate(
  { api, clock, logger }: LeaseWorld,
  identity: string,
  options: Partial<ElectorOptions> = {},
): Candidate {
  const stopping = new AbortController();
  const elector = createElector({
    api,
    lease: LEASE_NAME,
    identity,
    clock,
    random: () => 0,
    logger,
    ...options,
  });
  return { elector, ended: elector.run(stopping.signal), stop: () => stopping.abort() };
}

function versionOf(object: JsonObject | undefined): unknown {
  const metadata = object?.["metadata"];
  return isJsonObject(metadata) ? metadata["resourceVersion"] : undefined;
}

function refuse(code: number, reason: string): never {
  throw new ApiError(`Cannot reach the Lease: ${code} ${reason}`, { code, reason });
}
