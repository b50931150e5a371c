/**
 * A thread that ends with an error when it is asked.
 *
 * Adapter: the messages of a worker.
 *
 * @module
 */

declare const self: { onmessage: ((message: MessageEvent) => void) | null };

self.onmessage = (): void => {
  self.onmessage = (): void => {
    throw new Error("it broke");
  };
};
