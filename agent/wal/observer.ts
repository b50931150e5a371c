/**
 * Takes one look after the other at an instance's WAL.
 *
 * @module
 */

import type { VolumeProbe } from "../measure.ts";
import type { WalFiles } from "./files.ts";
import { type LookPorts, type LookQuestion, takeLook, type WalLook } from "./look.ts";
import { type LookMemory, NO_MEMORY } from "./memory.ts";

/** Looks, and remembers what it saw. */
export interface WalObserver {
  /** Takes a look, or waits for the one that is under way. Never rejects. */
  look(): Promise<WalLook>;
}

/** A call to a dead volume may hang for ever; each further one would cost another thread. */
const HANGING = "an earlier call to the file system has not ended";

/** Creates a {@link WalObserver}. */
export function createWalObserver(ports: LookPorts, question: LookQuestion): WalObserver {
  const gauge = countPending();
  const { files, probe } = ports;
  const guarded: LookPorts = {
    ...ports,
    files: guardFiles(files, gauge),
    probe: guardProbe(probe, gauge),
  };
  let memory: LookMemory = NO_MEMORY;
  let underWay: Promise<WalLook> | undefined;

  async function begin(): Promise<WalLook> {
    gauge.close();
    try {
      const look = await takeLook(guarded, question, memory);
      memory = look.memory;
      return look;
    } finally {
      underWay = undefined;
    }
  }

  return {
    look(): Promise<WalLook> {
      underWay ??= begin();
      return underWay;
    },
  };
}

/** Counts calls that have not ended, and refuses new ones while some are left from before. */
interface Gauge {
  /** Refuses calls from now on if any has not ended yet, and until all have. */
  close(): void;
  call<Value>(work: () => Promise<Value>): Promise<Value>;
}

function countPending(): Gauge {
  let pending = 0;
  let isClosed = false;
  return {
    close(): void {
      isClosed = pending > 0;
    },
    async call<Value>(work: () => Promise<Value>): Promise<Value> {
      if (isClosed && pending > 0) throw new Error(HANGING);
      pending += 1;
      try {
        return await work();
      } finally {
        pending -= 1;
      }
    },
  };
}

function guardFiles(files: WalFiles, gauge: Gauge): WalFiles {
  return {
    names: (path) => gauge.call(() => files.names(path)),
    content: (path) => gauge.call(() => files.content(path)),
    status: (path) => gauge.call(() => files.status(path)),
    realPath: (path) => gauge.call(() => files.realPath(path)),
  };
}

function guardProbe(probe: VolumeProbe, gauge: Gauge): VolumeProbe {
  return { statistics: (path) => gauge.call(() => probe.statistics(path)) };
}
