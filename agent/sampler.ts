/**
 * Looks at every volume once per tick and never waits for one.
 *
 * A statfs on a dead device or network file system may hang for ever. Such a volume becomes unreadable while
 * all others are measured on; it is not asked again before the hung call has ended, or every tick would
 * leave one more thread behind.
 *
 * @module
 */

import type { Clock } from "../kube/clock.ts";
import { errorText } from "../kube/logger.ts";
import { type Measurement, type VolumeProbe, volumeSizes } from "./measure.ts";
import type { Volume } from "./volume.ts";

/** A healthy statfs takes milliseconds (wal.md §7.2); one that takes this long is no measurement. */
export const PROBE_DEADLINE_MS = 3_000;

/** Takes measurements. */
export interface Sampler {
  /** Starts a look at every volume that has none under way, and gives up those past their deadline. */
  tick(volumes: readonly Volume[]): void;
}

/** What {@link createSampler} needs. */
export interface SamplerOptions {
  readonly clock: Clock;
  readonly probe: VolumeProbe;
  /** Receives every measurement as soon as it is there. */
  readonly onMeasurement: (measurement: Measurement) => void;
}

interface Look {
  readonly startedAtMs: number;
  givenUp: boolean;
}

/** Creates a {@link Sampler}. */
export function createSampler(options: SamplerOptions): Sampler {
  const { clock, probe, onMeasurement } = options;
  const underWay = new Map<string, Look>();

  async function look(volume: Volume): Promise<void> {
    const mine: Look = { startedAtMs: clock.monotonic(), givenUp: false };
    underWay.set(volume.path, mine);
    const measurement = await measure(volume, mine.startedAtMs);
    underWay.delete(volume.path);
    // A late answer describes the volume of long ago; the next tick asks again.
    if (!mine.givenUp) onMeasurement(measurement);
  }

  async function measure(volume: Volume, takenAtMs: number): Promise<Measurement> {
    try {
      const sizes = volumeSizes(await probe.statistics(volume.path));
      return { kind: "sample", volume, takenAtMs, sizes };
    } catch (error) {
      return { kind: "unreadable", volume, error: errorText(error) };
    }
  }

  function giveUpWhenLate(volume: Volume, pending: Look): void {
    if (pending.givenUp || clock.monotonic() - pending.startedAtMs < PROBE_DEADLINE_MS) return;
    pending.givenUp = true;
    const error = `Cannot measure the volume: statfs has not answered for ${PROBE_DEADLINE_MS} ms`;
    onMeasurement({ kind: "unreadable", volume, error });
  }

  return {
    tick(volumes: readonly Volume[]): void {
      for (const volume of volumes) {
        const pending = underWay.get(volume.path);
        if (pending === undefined) look(volume);
        else giveUpWhenLate(volume, pending);
      }
    },
  };
}
