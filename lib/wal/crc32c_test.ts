import assert from "node:assert/strict";

import { crc32c } from "./crc32c.ts";

Deno.test("crc32c() gives the check values of RFC 3720", () => {
  const ascending = Uint8Array.from({ length: 32 }, (_, index) => index);
  const cases: readonly [string, Uint8Array, number][] = [
    ["nothing", new Uint8Array(0), 0],
    ["123456789", new TextEncoder().encode("123456789"), 0xE3069283],
    ["32 zeros", new Uint8Array(32), 0x8A9136AA],
    ["32 ones", new Uint8Array(32).fill(0xFF), 0x62A8AB43],
    ["ascending", ascending, 0x46DD794E],
    ["descending", ascending.toReversed(), 0x113FDB5C],
  ];
  for (const [what, content, check] of cases) assert.equal(crc32c(content), check, what);
});
