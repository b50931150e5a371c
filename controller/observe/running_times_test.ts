import assert from "node:assert/strict";
import { createRunningTimes } from "./running_times.ts";

Deno.test("since() tells when a pod was first seen running", () => {
  const times = createRunningTimes();
  times.see("pod-a", true, 0);
  times.see("pod-a", true, 50);
  assert.equal(times.since("pod-a"), 0);
  assert.equal(times.since("pod-b"), undefined);
});

Deno.test("since() begins anew after a pod stopped running, or is gone", () => {
  const times = createRunningTimes();
  times.see("pod-a", true, 10);
  times.see("pod-a", false, 20);
  assert.equal(times.since("pod-a"), undefined);
  times.see("pod-a", true, 30);
  assert.equal(times.since("pod-a"), 30);
  times.forget("pod-a");
  assert.equal(times.since("pod-a"), undefined);
});

Deno.test("countAnew() counts pods that ran before from now, and later ones from later", () => {
  const times = createRunningTimes();
  times.see("pod-a", true, 10);
  times.countAnew(100);
  times.see("pod-b", true, 120);
  assert.equal(times.since("pod-a"), 100);
  assert.equal(times.since("pod-b"), 120);
});
