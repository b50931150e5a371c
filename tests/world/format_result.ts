/**
 * The world of a seed as text: which promises were broken, what happened, and how to see it again.
 *
 * @module
 */

import type { SeedResult } from "./run_seed.ts";

/** Promises that are named; one broken promise often breaks others. */
const VIOLATIONS_MAX = 10;

/** Formats a world in which promises were broken. */
export function formatResult({ seed, violations, chronicle }: SeedResult): string {
  const named = violations.slice(0, VIOLATIONS_MAX).map(({ atMs, promise, detail }) =>
    `  ${new Date(atMs).toISOString().slice(11, 23)} "${promise}": ${detail}`
  );
  const more = violations.length - named.length;
  return [
    ...chronicle,
    `Seed ${seed} broke ${violations.length} promises (times above count from 00:00 of the world):`,
    ...named,
    ...(more > 0 ? [`  and ${more} more`] : []),
    `See it again: npx -y deno@2.9.6 task test:world --seed ${seed}`,
    "",
  ].join("\n");
}
