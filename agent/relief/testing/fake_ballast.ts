/**
 * A ballast directory in memory, on a volume that other writers fill.
 *
 * @module
 */

import { bytes } from "../../../lib/units/bytes.ts";
import type { BallastDirectory } from "../ballast.ts";
import type { BallastGround } from "../file_system.ts";

/** The directory of one test. */
export interface FakeBallast {
  /** Sizes by name. */
  readonly files: Map<string, number>;
  readonly directory: BallastDirectory;
  availableBytes: number;
  /** Which part of what is written has blocks: 1 on a real disk. */
  density: number;
  ground: BallastGround;
  /** Called before each chunk. */
  onAppend: () => void;
}

/** Makes an empty one. */
export function fakeBallast(availableBytes: number): FakeBallast {
  const fake: FakeBallast = {
    files: new Map(),
    availableBytes,
    density: 1,
    ground: { kind: "certain", fileSystem: "xfs" },
    onAppend: () => {},
    directory: {
      files: () =>
        Promise.resolve([...fake.files].map(([name, size]) => ({
          name,
          sizeBytes: bytes(size),
          allocatedBytes: bytes(size * fake.density),
        }))),
      create: (name) => {
        if (fake.files.has(name)) return Promise.reject(new Error("exists"));
        return Promise.resolve(void fake.files.set(name, 0));
      },
      append: (name, content) => {
        fake.onAppend();
        fake.availableBytes -= content.length * fake.density;
        return Promise.resolve(void fake.files.set(name, sizeOf(fake, name) + content.length));
      },
      finish: (name, finalName) => {
        const size = sizeOf(fake, name);
        fake.files.delete(name);
        return Promise.resolve(void fake.files.set(finalName, size));
      },
      remove: (name) => {
        fake.availableBytes += sizeOf(fake, name) * fake.density;
        return Promise.resolve(void fake.files.delete(name));
      },
      availableBytes: () => Promise.resolve(bytes(fake.availableBytes)),
      ground: () => Promise.resolve(fake.ground),
    },
  };
  return fake;
}

function sizeOf({ files }: FakeBallast, name: string): number {
  return files.get(name) ?? 0;
}
