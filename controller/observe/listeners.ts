/**
 * Telling others that something happened.
 *
 * @module
 */

import { errorText, type Logger } from "../../kube/logger.ts";

/** Those who want to be told. */
export interface Listeners<T extends readonly unknown[]> {
  add(listener: (...news: T) => void): void;
  /** A listener that throws is logged and keeps nobody else from being told. */
  tell(...news: T): void;
}

/** Creates a list of listeners with nobody on it. */
export function createListeners<T extends readonly unknown[]>(log: Logger): Listeners<T> {
  const listeners = new Set<(...news: T) => void>();
  return {
    add(listener): void {
      listeners.add(listener);
    },
    tell(...news): void {
      for (const listener of listeners) {
        try {
          listener(...news);
        } catch (error) {
          log.error("A listener failed", { error: errorText(error) });
        }
      }
    },
  };
}
