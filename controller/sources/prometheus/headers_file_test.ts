import assert from "node:assert/strict";
import { createFakeClock } from "../../../kube/testing/fake_clock.ts";
import { createHeadersReader } from "./headers_file.ts";

Deno.test("createHeadersReader() reads names and values, and the file again after a minute", async () => {
  const clock = createFakeClock();
  let text = "# a comment\n\nAuthorization: Bearer one two\r\nX-Scope-OrgID:tenant \n";
  const readTextFile = (): Promise<string> => Promise.resolve(text);
  const read = createHeadersReader("/headers", { clock, readTextFile });
  assert.deepEqual(revealed(await read()), {
    "authorization": "Bearer one two",
    "x-scope-orgid": "tenant",
  });
  text = "Authorization: Bearer three";
  assert.equal((await read())["authorization"]?.reveal(), "Bearer one two");
  await clock.advance(60_000);
  assert.deepEqual(revealed(await read()), { authorization: "Bearer three" });
  assert.equal(JSON.stringify(await read()), '{"authorization":"***"}');
});

Deno.test("createHeadersReader() has none without a file", async () => {
  const readTextFile = (): Promise<string> => Promise.reject(new Error("not to be read"));
  const read = createHeadersReader("", { clock: createFakeClock(), readTextFile });
  assert.deepEqual(await read(), {});
});

for (const line of ["secret", ": secret", "Name: sec\u00e9ret", "Na me: secret", "Name:"]) {
  Deno.test(`createHeadersReader() refuses ${JSON.stringify(line)} and does not repeat it`, async () => {
    const readTextFile = (): Promise<string> => Promise.resolve(`A: b\n${line}`);
    const read = createHeadersReader("/headers", { clock: createFakeClock(), readTextFile });
    await assert.rejects(read(), (error: Error) => {
      assert.match(error.message, /line 2 of the file of headers \/headers/);
      assert.doesNotMatch(error.message, /sec/);
      return true;
    });
  });
}

Deno.test("createHeadersReader() says which file cannot be read", async () => {
  const readTextFile = (): Promise<string> => Promise.reject(new Error("denied"));
  const read = createHeadersReader("/headers", { clock: createFakeClock(), readTextFile });
  await assert.rejects(read(), /Cannot read the file of headers \/headers/);
});

function revealed(
  headers: Readonly<Record<string, { reveal(): string }>>,
): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.reveal()]));
}
