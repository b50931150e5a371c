/**
 * What is to happen in a world, and when.
 *
 * @module
 */

/** Something that happens once. */
export interface AgendaItem {
  readonly whenMs: number;
  readonly label: string;
  readonly action: () => void;
}

/** Keeps what has not happened yet. */
export interface Agenda {
  add(item: AgendaItem): void;
  /** Takes out what is due next; undefined where nothing is. Of one instant, in the order of adding. */
  takeDue(nowMs: number): AgendaItem | undefined;
}

/** Creates an empty agenda. */
export function createAgenda(): Agenda {
  const items: AgendaItem[] = [];
  return {
    add(item): void {
      const later = items.findIndex(({ whenMs }) => whenMs > item.whenMs);
      items.splice(later === -1 ? items.length : later, 0, item);
    },
    takeDue(nowMs): AgendaItem | undefined {
      const [first] = items;
      return first !== undefined && first.whenMs <= nowMs ? items.shift() : undefined;
    },
  };
}
