/**
 * Runs worlds beside others: takes a seed, answers how its world fared.
 *
 * Adapter: connects the messages of a worker to runSeed.
 *
 * @module
 */

import { runSeed } from "./run_seed.ts";

declare const self: {
  onmessage: ((message: MessageEvent<number>) => void) | null;
  postMessage(message: unknown): void;
};

self.onmessage = ({ data: seed }): void => {
  runSeed(seed).then((result) => self.postMessage(result));
};
