/**
 * Runs many random worlds, or one: `deno task test:world --seeds 1000`, `deno task test:world --seed 42`.
 *
 * A world whose promises were broken is printed with what happened in it, and with the command that runs it
 * again. The same seed gives the same world.
 *
 * @module
 */

import { parseArgs } from "node:util";

import { print } from "../../tools/finding.ts";
import { formatResult } from "./format_result.ts";
import { runSeed, type SeedResult } from "./run_seed.ts";

/** Worlds of a run where nobody says how many. */
const SEEDS_DEFAULT = 200;

/** What to run. */
interface Wanted {
  readonly seeds: readonly number[];
  readonly workers: number;
}

function readArguments(args: readonly string[]): Wanted {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: "string" },
      seeds: { type: "string", default: String(SEEDS_DEFAULT) },
      from: { type: "string", default: "1" },
      workers: { type: "string", default: String(navigator.hardwareConcurrency) },
    },
  });
  if (values.seed !== undefined) return { seeds: [wholeNumber("seed", values.seed)], workers: 1 };
  const first = wholeNumber("from", values.from);
  const count = wholeNumber("seeds", values.seeds);
  return {
    seeds: Array.from({ length: count }, (_, index) => first + index),
    workers: Math.max(1, wholeNumber("workers", values.workers)),
  };
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new TypeError(`Cannot read --${name}: expected a whole number, found "${text}"`);
}

/** Gives every worker the next seed as soon as it has answered the one before. */
async function runMany(
  { seeds, workers }: Wanted,
  onResult: (result: SeedResult) => void,
): Promise<void> {
  const left = seeds.values();
  await Promise.all(Array.from({ length: workers }, () => runWorker(left, onResult)));
}

async function runWorker(
  seeds: Iterator<number>,
  onResult: (result: SeedResult) => void,
): Promise<void> {
  const worker = new Worker(new URL("seed_worker.ts", import.meta.url), { type: "module" });
  try {
    for (let next = seeds.next(); next.done !== true; next = seeds.next()) {
      onResult(await ask(worker, next.value));
    }
  } finally {
    worker.terminate();
  }
}

function ask(worker: Worker, seed: number): Promise<SeedResult> {
  const { promise, resolve, reject } = Promise.withResolvers<SeedResult>();
  worker.onmessage = ({ data }: MessageEvent<SeedResult>) => resolve(data);
  worker.onerror = ({ message }) => {
    reject(new Error(`Cannot run the world of seed ${seed}: ${message}`));
  };
  worker.postMessage(seed);
  return promise;
}

async function main(args: readonly string[]): Promise<boolean> {
  const wanted = readArguments(args);
  const startedMs = performance.now();
  let writes = 0;
  let broken = 0;
  function take(result: SeedResult): void {
    writes += result.writes;
    if (result.violations.length === 0) return;
    broken += 1;
    print(formatResult(result));
  }
  const [only] = wanted.seeds;
  if (wanted.seeds.length === 1 && only !== undefined) take(await runSeed(only));
  else await runMany(wanted, take);
  const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1);
  print(
    `${wanted.seeds.length} worlds, ${writes} writes, ${seconds} s: ${broken} broke a promise\n`,
  );
  return broken === 0;
}

if (import.meta.main) Deno.exit(await main(Deno.args) ? 0 : 1);
