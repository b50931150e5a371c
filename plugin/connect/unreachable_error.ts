/**
 * The failure to reach the API server.
 *
 * @module
 */

/**
 * The server cannot be reached. Not the TypeError that the client tries again after: somebody waits at a terminal,
 * and can try again better.
 */
export class UnreachableError extends Error {
  override readonly name = "UnreachableError";
}
