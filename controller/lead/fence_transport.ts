/**
 * The last door before the network: no write leaves a process that does not lead.
 *
 * A write may wait for its turn, or between two tries, long after its own check whether this process leads.
 * Here nothing lies between the question and the bytes.
 *
 * @module
 */

import type { Transport, TransportRequest } from "../../kube/transport.ts";
import { NotLeaderError } from "../act/failure.ts";

/** Lets reads pass always, and everything else only while `mayWrite` says so. */
export function fenceTransport(transport: Transport, mayWrite: () => boolean): Transport {
  return {
    ...transport,
    send(request, signal): Promise<Response> {
      if (request.method === "GET") return transport.send(request, signal);
      function beforeSend(): void {
        request.beforeSend?.();
        if (!mayWrite()) throw refusal(request);
      }
      return transport.send({ ...request, beforeSend }, signal);
    },
  };
}

function refusal({ method, url }: TransportRequest): NotLeaderError {
  return new NotLeaderError(
    `Cannot ${method} ${
      new URL(url).pathname
    }: expected to hold the lease, found that it may be lost`,
  );
}
