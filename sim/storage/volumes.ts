/**
 * The book of disks: what the provider has made for each claim.
 *
 * @module
 */

import { DAY } from "../../lib/units/millis.ts";
import type { Role } from "../../lib/view/role.ts";
import type { FileSystem } from "./file_system.ts";
import { DEFAULT_STORAGE_BEHAVIOUR, type StorageBehaviour } from "./storage_behaviour.ts";

/** Names a claim. */
export interface ClaimName {
  readonly namespace: string;
  readonly name: string;
}

/** A disk that was made for a claim. */
export interface NewVolume {
  readonly claim: ClaimName;
  readonly role: Role;
  readonly storageClassName: string;
  /** What the provider has made. */
  readonly diskBytes: number;
  /** Its file system reaches further than the disk where a provisioner hands out directories. */
  readonly fileSystem: FileSystem;
}

/** A disk as it is now. */
export interface Volume extends NewVolume {
  /** When it was made larger within the last 24 hours, oldest first. */
  readonly grownAtMs: readonly number[];
  /** The running pod that has it mounted. */
  readonly podName: string | undefined;
  /** That of its class, with what differs for this volume. */
  readonly behaviour: StorageBehaviour;
}

/** All disks, by the claims they were made for. */
export interface Volumes {
  /** @throws {RangeError} If there is a disk for the claim already. */
  add(volume: NewVolume): Volume;
  find(claim: ClaimName): Volume | undefined;
  all(): readonly Volume[];
  remove(claim: ClaimName): void;
  /** Sets how all volumes of a class behave from now on, on top of {@link DEFAULT_STORAGE_BEHAVIOUR}. */
  setClassBehaviour(storageClassName: string, behaviour: Partial<StorageBehaviour>): void;
  /** Sets how one volume differs from its class from now on; `{}` takes all differences away. */
  setBehaviour(claim: ClaimName, behaviour: Partial<StorageBehaviour>): void;
  /** The provider makes the disk larger; it never shrinks. */
  growDisk(claim: ClaimName, diskBytes: number, nowMs: number): void;
  /** Tells that a running pod has the volume mounted, or none any more. */
  setPod(claim: ClaimName, podName: string | undefined): void;
}

interface Entry {
  readonly made: NewVolume;
  diskBytes: number;
  grownAtMs: readonly number[];
  podName: string | undefined;
  differences: Partial<StorageBehaviour>;
}

/** Creates an empty book. */
export function createVolumes(): Volumes {
  const entries = new Map<string, Entry>();
  const classes = new Map<string, Partial<StorageBehaviour>>();

  function entryOf(claim: ClaimName): Entry {
    const entry = entries.get(keyOf(claim));
    if (entry !== undefined) return entry;
    throw new RangeError(
      `Cannot change a volume: expected one of claim ${keyOf(claim)}, found none`,
    );
  }
  return {
    add(volume): Volume {
      const key = keyOf(volume.claim);
      if (entries.has(key)) {
        throw new RangeError(`Cannot add a volume: expected none of claim ${key}, found one`);
      }
      const { diskBytes } = volume;
      const entry: Entry = {
        made: volume,
        diskBytes,
        grownAtMs: [],
        podName: undefined,
        differences: {},
      };
      entries.set(key, entry);
      return view(entry, classes);
    },
    find(claim): Volume | undefined {
      const entry = entries.get(keyOf(claim));
      return entry && view(entry, classes);
    },
    all: () => [...entries.values()].map((entry) => view(entry, classes)),
    remove: (claim) => void entries.delete(keyOf(claim)),
    setClassBehaviour: (name, behaviour) => void classes.set(name, behaviour),
    setBehaviour: (claim, behaviour) => void (entryOf(claim).differences = behaviour),
    growDisk(claim, diskBytes, nowMs): void {
      const entry = entryOf(claim);
      if (diskBytes <= entry.diskBytes) return;
      entry.diskBytes = diskBytes;
      entry.grownAtMs = [...entry.grownAtMs.filter((atMs) => atMs > nowMs - DAY), nowMs];
    },
    setPod: (claim, podName) => void (entryOf(claim).podName = podName),
  };
}

/** `namespace/name` */
export function keyOf({ namespace, name }: ClaimName): string {
  return `${namespace}/${name}`;
}

function view(entry: Entry, classes: ReadonlyMap<string, Partial<StorageBehaviour>>): Volume {
  const { made, diskBytes, grownAtMs, podName, differences } = entry;
  const ofClass = classes.get(made.storageClassName);
  return {
    ...made,
    diskBytes,
    grownAtMs,
    podName,
    behaviour: { ...DEFAULT_STORAGE_BEHAVIOUR, ...ofClass, ...differences },
  };
}
