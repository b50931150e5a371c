import assert from "node:assert/strict";
import { parseTimeoutMs } from "./timeout.ts";

const TABLE: Readonly<Record<string, number | undefined>> = {
  "30s": 30_000,
  "1m": 60_000,
  "500ms": 500,
  "7": 7_000,
  "1h": 3_600_000,
  "0": 86_400_000,
  "0s": 86_400_000,
  "900000h": 86_400_000,
  "": undefined,
  "-1s": undefined,
  "1.5s": undefined,
  "soon": undefined,
};

for (const [text, expected] of Object.entries(TABLE)) {
  Deno.test(`parseTimeoutMs() reads "${text}" as ${expected}`, () => {
    assert.equal(parseTimeoutMs(text), expected);
  });
}
