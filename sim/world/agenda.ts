/**
 * What is to happen in a world, and when.
 *
 * @module
 */

import { createListeners } from "./listeners.ts";

/** Something that happens once. */
export interface AgendaItem {
  readonly whenMs: number;
  readonly label: string;
  readonly action: () => void;
}

/** Keeps what has not happened yet. */
export interface Agenda {
  add(item: AgendaItem): void;
  /** Lets happen what is due, in order; of one instant, in the order of adding. */
  runDue(nowMs: number): void;
  /** Calls back for everything that happened until the returned function is called. */
  onEvent(listener: (label: string, nowMs: number) => void): () => void;
}

/** Creates an empty agenda. */
export function createAgenda(): Agenda {
  const items: AgendaItem[] = [];
  const listeners = createListeners<readonly [label: string, nowMs: number]>();

  function takeDue(nowMs: number): AgendaItem | undefined {
    const [first] = items;
    return first !== undefined && first.whenMs <= nowMs ? items.shift() : undefined;
  }

  return {
    add(item): void {
      const later = items.findIndex(({ whenMs }) => whenMs > item.whenMs);
      items.splice(later === -1 ? items.length : later, 0, item);
    },
    runDue(nowMs): void {
      for (let item = takeDue(nowMs); item !== undefined; item = takeDue(nowMs)) {
        item.action();
        listeners.tell(item.label, nowMs);
      }
    },
    onEvent: (listener) => listeners.add(listener),
  };
}
