/**
 * A thread that tries what it must not be able to do, and answers what became of it.
 *
 * Adapter: whatever a thread may reach.
 *
 * @module
 */

import type { Answered, Asked } from "../messages.ts";

declare const self: {
  onmessage: ((message: MessageEvent) => void) | null;
  postMessage(message: Answered): void;
};

const TRIES: Readonly<Record<string, () => unknown>> = {
  read: () => Deno.readTextFileSync("/etc/passwd"),
  write: () => Deno.writeTextFileSync("/tmp/found", ""),
  net: () => Deno.listen({ hostname: "127.0.0.1", port: 0 }).close(),
  env: () => Deno.env.get("HOME"),
  run: () => new Deno.Command("true").outputSync(),
  sys: () => Deno.hostname(),
  ffi: () => Deno.dlopen("libc.so.6", {}),
};

self.onmessage = (): void => {
  self.onmessage = ({ data: { id } }: MessageEvent<Asked>): void => {
    const notes = Object.entries(TRIES).map(([name, attempt]) => `${name}: ${outcome(attempt)}`);
    self.postMessage({ id, answer: { kind: "done", pasts: [], notes } });
  };
};

function outcome(attempt: () => unknown): string {
  try {
    attempt();
    return "allowed";
  } catch (error) {
    return error instanceof Error ? error.name : "thrown";
  }
}
