/**
 * One look at an instance's WAL: files, server and operator, judged together.
 *
 * @module
 */

import { raceAbort, startWatchdog } from "../../kube/abort.ts";
import type { Clock } from "../../kube/clock.ts";
import { errorText } from "../../kube/logger.ts";
import type { CutOffPolicy } from "../../lib/wal/cut_off.ts";
import { ALL_MARGINS, type WalEvidence } from "../../lib/wal/evidence.ts";
import { known } from "../../lib/wal/fact.ts";
import { askServer, OBSERVER_ROLES, type ServerAnswer } from "./ask_server.ts";
import { buildPicture } from "./build_picture.ts";
import type { Database } from "./database.ts";
import { evidenceOf } from "./evidence.ts";
import { type LookMemory, remember, type Seen } from "./memory.ts";
import type { Operator } from "./operator.ts";
import { type OperatorSeen, readOperatorContext } from "./operator_context.ts";
import type { WalPicture } from "./picture.ts";
import { type FilePorts, type FilesSeen, readFiles } from "./read_files.ts";
import { foreignServer } from "./server_state.ts";

/** A look takes tens of milliseconds; what has not answered by then hangs and is unknown. */
export const LOOK_LIMIT_MS = 5_000;

/** Of that time the server gets so much, so that the files are read even where it hangs. */
export const SERVER_LIMIT_MS = 3_000;

/** Nothing is given up, and one segment more than needed stays (`wal.md` §2.1). */
export const DEFAULT_CUT_OFF_POLICY: CutOffPolicy = { retainCount: 1, margins: ALL_MARGINS };

/** What is known where nobody operates: nobody is busy, and nobody stores anything unasked. */
const NO_OPERATOR: OperatorSeen = {
  context: { backupRunning: false, fenced: false },
  archiveStored: false,
};

/** What a look is taken with. */
export interface LookPorts extends FilePorts {
  readonly database: Database;
  /** Absent where there is no operator: then nothing is in its way. */
  readonly operator?: Operator | undefined;
}

/** What is looked at. */
export interface LookQuestion {
  /** The data directory, an absolute path. */
  readonly pgdata: string;
  /** Name of the instance; without it whatever is true of any instance counts. */
  readonly instance?: string | undefined;
  /** Roles to ask as, in this order; {@link OBSERVER_ROLES} by default. */
  readonly roles?: readonly string[] | undefined;
  readonly policy?: CutOffPolicy | undefined;
}

/** What a look came to. */
export interface WalLook {
  readonly evidence: WalEvidence;
  readonly picture: WalPicture;
  /** To be handed to the next look. */
  readonly memory: LookMemory;
}

/**
 * Takes a look. Whatever fails or hangs is unknown in what it gives; it never rejects, and ends soon after
 * {@link LOOK_LIMIT_MS}.
 */
export async function takeLook(
  ports: LookPorts,
  question: LookQuestion,
  earlier: LookMemory,
): Promise<WalLook> {
  const { clock } = ports;
  const startMs = clock.monotonic();
  const seen = await see(ports, question, earlier);
  const memory = remember(earlier, seen);
  const evidence = evidenceOf(seen, earlier.earlier, memory);
  const picture = buildPicture({
    pgdata: question.pgdata,
    seen,
    evidence,
    memory,
    policy: question.policy ?? DEFAULT_CUT_OFF_POLICY,
    nowMs: clock.now(),
    costMs: Math.max(clock.monotonic() - startMs, 0),
  });
  return { evidence, picture, memory };
}

async function see(
  ports: LookPorts,
  question: LookQuestion,
  { walDirectoryId, role }: LookMemory,
): Promise<Seen> {
  const { clock, database, operator } = ports;
  const end = new AbortController();
  const limit = new Error(`no answer within ${LOOK_LIMIT_MS} ms`);
  using _watchdog = startWatchdog(clock, LOOK_LIMIT_MS, () => end.abort(limit));
  const files = { pgdata: question.pgdata, expectedWalId: walDirectoryId };
  const roles = question.roles ?? OBSERVER_ROLES;
  // Slots first, then files: what moves on in between only makes more of it stay.
  const answer = await answerOf(clock, database, startingWith(role, roles));
  const atMs = clock.monotonic();
  const [filesSeen, operatorSeen] = await Promise.all([
    readFiles(ports, files, end.signal),
    operator === undefined
      ? known(NO_OPERATOR)
      : readOperatorContext(operator, question.instance, end.signal),
  ]);
  return { files: filesSeen, answer: ownAnswer(answer, filesSeen), operator: operatorSeen, atMs };
}

/** A database that does not keep to its deadline is not waited for. */
async function answerOf(
  clock: Clock,
  database: Database,
  roles: readonly string[],
): Promise<ServerAnswer> {
  const message = `no answer within ${SERVER_LIMIT_MS} ms`;
  const end = new AbortController();
  using _watchdog = startWatchdog(clock, SERVER_LIMIT_MS, () => end.abort(new Error(message)));
  try {
    return await raceAbort(askServer(database, roles, end.signal), end.signal);
  } catch (error) {
    const problem = `Cannot ask the server: ${errorText(error)}`;
    return { kind: "silent", reason: "failed", message: problem };
  }
}

/** Each refused role leaves a line in the server's log, so the one that was let in is asked as first. */
function startingWith(role: string | undefined, roles: readonly string[]): readonly string[] {
  return role !== undefined && roles.includes(role)
    ? [role, ...roles.filter((other) => other !== role)]
    : roles;
}

/** What another server says about itself is nothing about this data directory. */
function ownAnswer(answer: ServerAnswer, files: FilesSeen): ServerAnswer {
  if (answer.kind === "silent") return answer;
  const message = foreignServer(answer, files);
  return message === undefined ? answer : { kind: "silent", reason: "failed", message };
}
