import assert from "node:assert/strict";
import { createFakeClock } from "../../../kube/testing/fake_clock.ts";
import { SECOND } from "../../../lib/units/millis.ts";
import { createConversation } from "./conversation.ts";
import type { Question } from "./messages.ts";
import { DONE, scriptedWorkers } from "./testing/scripted_worker.ts";

const CLOSE: Question = { kind: "close" };
const READ: Question = { kind: "read", nowMs: 0, claimUids: [] };

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

Deno.test("rest() closes the file and ends the thread, of which the next is told that it is whole", async () => {
  const workers = scriptedWorkers();
  const conversation = createConversation(workers.start, createFakeClock());
  await conversation.rest();
  assert.equal(workers.started(), 0);
  await conversation.ask(READ);
  await conversation.rest();
  assert.deepEqual([workers.questions, workers.terminated()], [[READ, CLOSE], 1]);
  await conversation.ask(READ);
  assert.deepEqual(workers.checked, [false, true]);
});

Deno.test("rest() leaves a thread alone that somebody waits for", async () => {
  const workers = scriptedWorkers();
  workers.script = () => undefined;
  const conversation = createConversation(workers.start, createFakeClock());
  const asking = [conversation.ask(READ), conversation.rest()];
  const reading = conversation.ask(READ);
  for (let count = 0; count < asking.length; count++) workers.answer(DONE);
  await Promise.all(asking);
  assert.deepEqual([workers.started(), workers.terminated()], [1, 0]);
  workers.answer(DONE);
  assert.equal(await reading, DONE);
});

Deno.test("rest() rejects when the thread dies, and then the file is checked again", async () => {
  const workers = scriptedWorkers();
  const clock = createFakeClock();
  const conversation = createConversation(workers.start, clock);
  await conversation.ask(READ);
  await conversation.rest();
  await conversation.ask(READ);
  workers.script = () => undefined;
  const resting = conversation.rest();
  workers.die("killed");
  await assert.rejects(resting, /its thread ended: killed/);
  await clock.advance(SECOND);
  workers.script = () => DONE;
  await conversation.ask(READ);
  assert.deepEqual(workers.checked, [false, true, false]);
});

Deno.test("rest() after which the file is not closed in order has it checked again", async () => {
  const workers = scriptedWorkers();
  const conversation = createConversation(workers.start, createFakeClock());
  await conversation.ask(READ);
  workers.script = () => ({ kind: "failed", message: "a page is missing", notes: [] });
  await conversation.rest();
  await conversation.ask(READ);
  assert.deepEqual([workers.checked, workers.terminated()], [[false, false], 1]);
});
