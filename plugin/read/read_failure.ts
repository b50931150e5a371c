/**
 * A read that failed, with what kubectl would say about it.
 *
 * @module
 */

import { ApiError, type Resource } from "../../kube/api.ts";
import { qualifiedName } from "./resources.ts";

/** What was to be read. */
export interface ReadTarget {
  readonly verb: "get" | "list";
  readonly resource: Resource;
  /** Absent: all namespaces. */
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
}

/** The API server refused a read, or does not know what was to be read. */
export class ReadFailure extends Error {
  override readonly name = "ReadFailure";
  readonly target: ReadTarget;
  /** HTTP status code of the answer. */
  readonly code: number;

  constructor(target: ReadTarget, cause: ApiError) {
    super(describe(target, cause), { cause });
    this.target = target;
    this.code = cause.code;
  }
}

/** Runs a read and names what failed. Failures that are no answer of the server stay as they are. */
export async function reading<Result>(
  target: ReadTarget,
  read: () => Promise<Result>,
): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ApiError) throw new ReadFailure(target, error);
    throw error;
  }
}

function describe({ verb, resource, namespace, name }: ReadTarget, cause: ApiError): string {
  const kind = qualifiedName(resource);
  const where = namespace === undefined ? "in any namespace" : `in namespace "${namespace}"`;
  switch (cause.code) {
    case 401:
      return "You must be logged in to the server (Unauthorized)";
    case 403:
      return `Error from server (Forbidden): you may not ${verb} ${kind} ${where}`;
    case 404:
      return name === undefined
        ? `the server doesn't have a resource type "${kind}"`
        : `Error from server (NotFound): ${kind} "${name}" not found ${where}`;
    default:
      return `Error from server (${
        cause.reason || cause.code
      }): cannot ${verb} ${kind} ${where}: ` +
        cause.message;
  }
}
