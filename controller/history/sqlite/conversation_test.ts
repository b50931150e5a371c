import assert from "node:assert/strict";
import { createFakeClock } from "../../../kube/testing/fake_clock.ts";
import { SECOND } from "../../../lib/units/millis.ts";
import { createConversation } from "./conversation.ts";
import type { Question } from "./messages.ts";
import { DONE, scriptedWorkers } from "./testing/scripted_worker.ts";

const CLOSE: Question = { kind: "close" };

Deno.test("createConversation() starts a thread when it is first asked, and one only", async () => {
  const workers = scriptedWorkers();
  const conversation = createConversation(workers.start, createFakeClock());
  assert.equal(workers.started(), 0);
  const answers = await Promise.all([conversation.ask(CLOSE), conversation.ask(CLOSE)]);
  assert.deepEqual(answers, [DONE, DONE]);
  assert.equal(workers.started(), 1);
});

Deno.test("createConversation() gives each its own answer", async () => {
  const workers = scriptedWorkers();
  workers.script = () => undefined;
  const conversation = createConversation(workers.start, createFakeClock());
  const asking = [conversation.ask(CLOSE), conversation.ask(CLOSE)];
  workers.answer({ ...DONE, notes: ["first"] });
  workers.answer({ ...DONE, notes: ["second"] });
  assert.deepEqual((await Promise.all(asking)).map(({ notes }) => notes), [["first"], ["second"]]);
});

Deno.test("createConversation() rejects what a thread left open, and starts ever more rarely", async () => {
  const workers = scriptedWorkers();
  workers.script = () => undefined;
  const clock = createFakeClock();
  const conversation = createConversation(workers.start, clock);
  for (const waitMs of [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300].map((s) => s * SECOND)) {
    const asking = conversation.ask(CLOSE);
    workers.die("out of memory");
    await assert.rejects(asking, /its thread ended: out of memory/);
    await clock.advance(waitMs - 1);
    await assert.rejects(conversation.ask(CLOSE), /started again in a while/);
    await clock.advance(1);
  }
  assert.equal(workers.started(), 11);
});

Deno.test("createConversation() is patient again once a thread has answered", async () => {
  const workers = scriptedWorkers();
  const clock = createFakeClock();
  const conversation = createConversation(workers.start, clock);
  for (let round = 0; round < 5; round++) {
    await conversation.ask(CLOSE);
    workers.die("killed");
    await clock.advance(SECOND);
  }
  assert.equal(workers.started(), 5);
});

Deno.test("createConversation() rejects where no thread can be started", async () => {
  const conversation = createConversation(() => {
    throw new Error("no permission");
  }, createFakeClock());
  await assert.rejects(conversation.ask(CLOSE), /no permission/);
});

Deno.test("createConversation() ends its thread, and rejects what was not answered", async () => {
  const workers = scriptedWorkers();
  workers.script = () => undefined;
  const conversation = createConversation(workers.start, createFakeClock());
  const asking = conversation.ask(CLOSE);
  conversation.end();
  await assert.rejects(asking, /it is closed/);
  assert.equal(workers.terminated(), 1);
  await assert.rejects(conversation.ask(CLOSE), /it is closed/);
  assert.equal(workers.started(), 1);
});
