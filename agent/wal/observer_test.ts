import assert from "node:assert/strict";
import { createFakeClock } from "../../kube/testing/fake_clock.ts";
import type { WalFiles } from "./files.ts";
import { LOOK_LIMIT_MS } from "./look.ts";
import { createWalObserver } from "./observer.ts";
import { fakeFiles, instanceTree, PGDATA } from "./testing/fake_files.ts";
import { fakeProbe, silentDatabase } from "./testing/fake_ports.ts";

const REST = { probe: fakeProbe(0), database: silentDatabase("noSocket") };

Deno.test("createWalObserver() remembers what it saw", async () => {
  const ports = { ...REST, clock: createFakeClock(), files: fakeFiles(instanceTree()) };
  const observer = createWalObserver(ports, { pgdata: PGDATA });
  assert.equal((await observer.look()).evidence.earlier.kind, "unknown");
  assert.equal((await observer.look()).evidence.earlier.kind, "known");
});

Deno.test("createWalObserver() takes one look at a time", async () => {
  const ports = { ...REST, clock: createFakeClock(), files: fakeFiles(instanceTree()) };
  const observer = createWalObserver(ports, { pgdata: PGDATA });
  const [first, second] = await Promise.all([observer.look(), observer.look()]);
  assert.equal(first, second);
});

Deno.test("createWalObserver() makes no further call beside one that hangs, and goes on after it", async () => {
  const clock = createFakeClock();
  const files = fakeFiles(instanceTree());
  const hung = Promise.withResolvers<undefined>();
  let calls = 0;
  const dead: WalFiles = {
    ...files,
    status: (path) => {
      calls += 1;
      return calls === 1 ? hung.promise : files.status(path);
    },
  };
  const observer = createWalObserver({ ...REST, clock, files: dead }, { pgdata: PGDATA });
  const looking = observer.look();
  await clock.advance(LOOK_LIMIT_MS);
  const first = await looking;
  assert.equal(first.evidence.dataDirectory.kind, "unknown");
  assert.equal(first.picture.server.state, "unknown");

  const second = await observer.look();
  assert.ok(second.evidence.dataDirectory.kind === "unknown");
  assert.match(second.evidence.dataDirectory.message, /an earlier call .* has not ended/);
  assert.equal(calls, 1);

  hung.resolve(undefined);
  await clock.advance(0);
  assert.equal((await observer.look()).evidence.dataDirectory.kind, "known");
});
