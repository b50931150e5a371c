/**
 * Whether the server is up or down, from its answer and its lock file.
 *
 * Containers of a pod do not share their processes, so the number in `postmaster.pid` says nothing here: the
 * socket decides.
 *
 * @module
 */

import type { ServerState } from "../../lib/wal/evidence.ts";
import { type Fact, known, unknown } from "../../lib/wal/fact.ts";
import type { PostmasterPid } from "../../lib/wal/postmaster_pid.ts";
import type { ServerAnswer, ServerSilent, ServerTold } from "./ask_server.ts";
import { believed } from "./read_control_file.ts";
import type { FilesSeen } from "./read_files.ts";

/** Of how much later than its lock file a server may say that it has started: it makes its memory meanwhile. */
export const START_TOLERANCE_MS = 60_000;

/** Whether a server answers, and whether its lock file is a leftover. */
export interface ServerPresence {
  readonly server: Fact<ServerState>;
  readonly postmasterGone: Fact<boolean>;
}

/** Judges the answer together with `postmaster.pid`. */
export function serverPresence(
  answer: ServerAnswer,
  postmaster: Fact<PostmasterPid>,
): ServerPresence {
  if (answer.kind === "told") return { server: known("up"), postmasterGone: known(false) };
  switch (answer.reason) {
    case "notAccepting":
    case "roleRefused":
    case "refused":
      return { server: unknown(answer.message), postmasterGone: known(false) };
    case "noSocket":
    case "notListening":
    case "failed":
      return presenceOfLockFile(answer, postmaster);
  }
}

/** A running server keeps its lock file, and ends when that is gone. */
function presenceOfLockFile(
  { reason, message }: ServerSilent,
  postmaster: Fact<PostmasterPid>,
): ServerPresence {
  if (postmaster.kind === "unknown") return undecided(postmaster.message);
  const { value } = postmaster;
  if (value.kind === "absent") return { server: known("down"), postmasterGone: known(true) };
  // The socket's line is written once the server listens: before, it is about to.
  const hasListened = value.kind === "present" && value.socketDirectory !== undefined;
  if (reason === "notListening" && hasListened) {
    return { server: known("down"), postmasterGone: known(true) };
  }
  return undecided(`postmaster.pid exists, and nobody tells whether it is a leftover: ${message}`);
}

/**
 * Whether the server that answered is that of the data directory, as far as both tell: a socket may belong to
 * another one. Gives why it is not.
 */
export function foreignServer(
  told: ServerTold,
  files: Pick<FilesSeen, "control" | "postmaster" | "signalledRole">,
): string | undefined {
  return otherSystem(told, files) ?? otherStart(told, files) ?? otherRole(told, files);
}

function otherSystem(
  told: ServerTold,
  { control }: Pick<FilesSeen, "control">,
): string | undefined {
  const systemIdentifier = believed(control)?.systemIdentifier;
  if (systemIdentifier === undefined || systemIdentifier === told.systemIdentifier) {
    return undefined;
  }
  return `the server that answers is of system ${told.systemIdentifier}, and the data directory ` +
    `of ${systemIdentifier}`;
}

function otherStart(
  told: ServerTold,
  { postmaster }: Pick<FilesSeen, "postmaster">,
): string | undefined {
  if (postmaster.kind === "unknown" || postmaster.value.kind === "unreadable") return undefined;
  if (postmaster.value.kind === "absent") {
    return "a server answers, and the data directory has no postmaster.pid";
  }
  const laterMs = told.startedAtMs - postmaster.value.startedAtMs;
  if (Math.abs(laterMs) <= START_TOLERANCE_MS) return undefined;
  return "the server that answers was started at another time than postmaster.pid says";
}

/** Only a signal file makes a server answer while it recovers. */
function otherRole(
  told: ServerTold,
  { signalledRole }: Pick<FilesSeen, "signalledRole">,
): string | undefined {
  const isSignalled = signalledRole.kind === "unknown" || signalledRole.value !== "primary";
  return told.isInRecovery && !isSignalled
    ? "the server that answers recovers, and the data directory has no signal file"
    : undefined;
}

function undecided(message: string): ServerPresence {
  return { server: unknown(message), postmasterGone: unknown(message) };
}
