/**
 * A spill directory in memory beside a pg_wal in memory.
 *
 * @module
 */

import { bytes } from "../../../lib/units/bytes.ts";
import type { SpillDirectory } from "../spill.ts";
import type { FakeWal } from "./fake_wal.ts";

/** The directory of one test. */
export interface FakeSpill {
  readonly copies: Set<string>;
  readonly links: Set<string>;
  readonly archived: Set<string>;
  readonly directory: SpillDirectory;
  roomBytes: number;
  /** Called before each copy; may throw. */
  onCopy: (name: string) => void;
}

/** Makes an empty one with room for a number of bytes. */
export function fakeSpill(wal: FakeWal, roomBytes: number): FakeSpill {
  const fake: FakeSpill = {
    copies: new Set(),
    links: new Set(),
    archived: new Set(),
    roomBytes,
    onCopy: () => {},
    directory: {
      spilledNames: () => Promise.resolve([...fake.copies]),
      roomBytes: () => Promise.resolve(bytes(fake.roomBytes)),
      copy: async (name) => {
        await Promise.resolve();
        fake.onCopy(name);
        fake.copies.add(name);
      },
      link: (name) => {
        if (!wal.names.has(name) || !fake.copies.has(name)) {
          return Promise.reject(new Error(`expected ${name} and its copy`));
        }
        return Promise.resolve(void fake.links.add(name));
      },
      noteArchived: (name) => Promise.resolve(void fake.archived.add(name)),
      archivedNames: () => Promise.resolve([...fake.archived]),
      remove: (name) => {
        fake.archived.delete(name);
        return Promise.resolve(void fake.copies.delete(name));
      },
    },
  };
  return fake;
}
