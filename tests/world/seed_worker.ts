/**
 * Runs worlds beside others: takes a seed, answers how its world fared.
 *
 * Adapter: connects the messages of a worker to runSeed.
 *
 * @module
 */

import { readCrds } from "./read_crds.ts";
import { runSeed } from "./run_seed.ts";

declare const self: {
  onmessage: ((message: MessageEvent<number>) => Promise<void>) | null;
  postMessage(message: unknown): void;
};

const crds = readCrds();

/** One that rejects ends the worker, and is told to whoever asked. */
self.onmessage = async ({ data: seed }): Promise<void> => {
  self.postMessage(await runSeed(seed, await crds));
};
