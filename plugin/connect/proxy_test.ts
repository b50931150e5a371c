import assert from "node:assert/strict";
import { proxyOf } from "./proxy.ts";

const SERVER = "https://api.corp.example:6443";
const PROXY = "http://proxy:3128";

/** Server, environment, and the proxy that follows. */
const TABLE: readonly (readonly [string, Readonly<Record<string, string>>, string | undefined])[] =
  [
    [SERVER, {}, undefined],
    [SERVER, { HTTPS_PROXY: PROXY }, PROXY],
    [SERVER, { https_proxy: "proxy:3128" }, PROXY],
    [SERVER, { HTTP_PROXY: PROXY }, undefined],
    ["http://api:80", { HTTP_PROXY: PROXY }, PROXY],
    [SERVER, { HTTPS_PROXY: PROXY, NO_PROXY: "*" }, undefined],
    [SERVER, { HTTPS_PROXY: PROXY, NO_PROXY: "corp.example" }, undefined],
    [SERVER, { HTTPS_PROXY: PROXY, no_proxy: "a, .corp.example" }, undefined],
    [SERVER, { HTTPS_PROXY: PROXY, NO_PROXY: "corp.example:443" }, PROXY],
    [SERVER, { HTTPS_PROXY: PROXY, NO_PROXY: "api.corp.example:6443" }, undefined],
    [SERVER, { HTTPS_PROXY: PROXY, NO_PROXY: "otherapi.corp.example" }, PROXY],
    [SERVER, { HTTPS_PROXY: PROXY, NO_PROXY: "p.example" }, PROXY],
    ["https://127.0.0.1:6443", { HTTPS_PROXY: PROXY }, undefined],
    ["https://localhost:6443", { HTTPS_PROXY: PROXY }, undefined],
    ["no address", { HTTPS_PROXY: PROXY }, undefined],
  ];

for (const [server, environment, expected] of TABLE) {
  Deno.test(`proxyOf() reaches ${server} by ${expected} with ${JSON.stringify(environment)}`, () => {
    assert.equal(proxyOf(server, (name) => environment[name]), expected);
  });
}
