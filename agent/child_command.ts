/**
 * The command lines of the sidecar's processes: what is started, with which limits and permissions.
 *
 * @module
 */

import { type AccessNeeds, inquiryFlags, permissionFlags, supervisorFlags } from "./permissions.ts";

/** The agent ends with this status to be started anew with other permissions. */
export const RESTART_STATUS = 75;

/**
 * Limits of V8. The old generation stays far below the container's 128 Mi, of which the supervisor and the
 * runtime's own memory take their part; a small young generation costs nothing at one tick a second.
 */
const V8_FLAGS = "--v8-flags=--max-old-space-size=48,--max-semi-space-size=1,--optimize-for-size";

/** The supervisor allocates next to nothing; without limits V8 would let it grow by another 15 MiB. */
const SUPERVISOR_V8_FLAGS =
  "--v8-flags=--max-old-space-size=24,--max-semi-space-size=1,--optimize-for-size";

/** Arguments for `deno` that start the container's first process. */
export function supervisorArguments(
  denoPath: string,
  program: string,
  config: string | undefined,
): string[] {
  return [
    "run",
    "--quiet",
    SUPERVISOR_V8_FLAGS,
    ...supervisorFlags(denoPath),
    program,
    "supervise",
    ...configArguments(config),
  ];
}

/** Arguments for `deno` that start an agent with exactly these permissions. */
export function agentArguments(
  program: string,
  needs: AccessNeeds,
  config: string | undefined,
  problems: readonly string[] = [],
): string[] {
  return [
    "run",
    "--quiet",
    V8_FLAGS,
    ...permissionFlags(needs),
    program,
    "run",
    ...configArguments(config),
    `--granted=${JSON.stringify(needs)}`,
    ...problems.map((problem) => `--problem=${problem}`),
  ];
}

/** Arguments for `deno` that start the process which prints what the agent needs. */
export function inquiryArguments(program: string, config: string | undefined): string[] {
  return [
    "run",
    "--quiet",
    V8_FLAGS,
    ...inquiryFlags(config),
    program,
    "access",
    ...configArguments(config),
  ];
}

function configArguments(config: string | undefined): string[] {
  return config === undefined ? [] : [`--config=${config}`];
}
