import assert from "node:assert/strict";

import { DEFAULT_SPEED, parseCommandLine, USAGE } from "./command_line.ts";

Deno.test("parseCommandLine() has defaults for everything", () => {
  assert.deepEqual(parseCommandLine([]), {
    once: false,
    json: false,
    seed: undefined,
    clusters: undefined,
    speed: DEFAULT_SPEED,
    port: 0,
  });
});

Deno.test("parseCommandLine() reads every option", () => {
  const args = "--once --json --seed 7 --clusters=12 --speed 30 --port 8001".split(" ");
  assert.deepEqual(parseCommandLine(args), {
    once: true,
    json: true,
    seed: 7,
    clusters: 12,
    speed: 30,
    port: 8001,
  });
});

Deno.test("parseCommandLine() gives help whatever else is asked", () => {
  assert.equal(parseCommandLine(["--once", "--help"]), "help");
  assert.equal(parseCommandLine(["-h"]), "help");
});

const REFUSED: readonly (readonly [args: string, problem: RegExp])[] = [
  ["--fast", /--help tells, found: Unknown option '--fast'/],
  ["now", /Unexpected argument 'now'/],
  ["--json", /--json .* needs --once/],
  ["--seed", /argument missing/],
  ["--seed -1", /ambiguous|expected a whole number/],
  ["--seed 1.5", /--seed: expected a whole number from 0 to 4294967295, found "1.5"/],
  ["--clusters 0", /--clusters: expected a whole number from 1 to 100, found "0"/],
  ["--speed fast", /--speed: expected a whole number from 1 to 120, found "fast"/],
  ["--port 65536", /--port: expected a whole number from 0 to 65535, found "65536"/],
];

for (const [args, problem] of REFUSED) {
  Deno.test(`parseCommandLine() refuses ${args} and says why`, () => {
    assert.throws(() => parseCommandLine(args.split(" ")), { message: problem });
  });
}

Deno.test("USAGE names every option", () => {
  for (const option of ["once", "json", "seed", "clusters", "speed", "port", "help"]) {
    assert.match(USAGE, new RegExp(`--${option}\\b`));
  }
});
