import assert from "node:assert/strict";

import type { Transport } from "../../kube/transport.ts";
import { fenceTransport } from "./fence_transport.ts";

const URL_OF_CLAIM = "https://server/api/v1/namespaces/prod/persistentvolumeclaims/pg-1?dryRun=All";

function recordingTransport(
  connected: () => Promise<void> = () => Promise.resolve(),
): Transport & { readonly sent: string[] } {
  const sent: string[] = [];
  return {
    sent,
    async send({ method, beforeSend }): Promise<Response> {
      await connected();
      beforeSend?.();
      sent.push(method);
      return new Response();
    },
    renew(): void {
      sent.push("renew");
    },
    close(): void {
      sent.push("close");
    },
  };
}

Deno.test("fenceTransport() lets nothing but reads out of a process that does not lead", async () => {
  const inner = recordingTransport();
  let leads = true;
  const fenced = fenceTransport(inner, () => leads);
  const { signal } = new AbortController();
  const send = (method: string) => fenced.send({ method, url: URL_OF_CLAIM, headers: {} }, signal);
  for (const method of ["GET", "POST", "PATCH"]) await send(method);
  leads = false;
  await send("GET");
  for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
    await assert.rejects(send(method), {
      name: "NotLeaderError",
      message:
        `Cannot ${method} /api/v1/namespaces/prod/persistentvolumeclaims/pg-1: expected to hold ` +
        `the lease, found that it may be lost`,
    });
  }
  fenced.renew();
  fenced.close();
  assert.deepEqual(inner.sent, ["GET", "POST", "PATCH", "GET", "renew", "close"]);
});

Deno.test("fenceTransport() asks after all that the transport itself waits for", async () => {
  const connecting = Promise.withResolvers<void>();
  const inner = recordingTransport(() => connecting.promise);
  let leads = true;
  const fenced = fenceTransport(inner, () => leads);
  const request = { method: "PATCH", url: URL_OF_CLAIM, headers: {} };
  const sending = fenced.send(request, new AbortController().signal);
  leads = false;
  connecting.resolve();
  await assert.rejects(sending, { name: "NotLeaderError" });
  assert.deepEqual(inner.sent, []);
});
