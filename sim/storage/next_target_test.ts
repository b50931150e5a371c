import assert from "node:assert/strict";
import type { ClaimResize } from "./claim_resize.ts";
import { nextTarget } from "./next_target.ts";

interface Case {
  readonly title: string;
  readonly status?: string;
  readonly requestBytes: number;
  readonly volumeBytes: number;
  readonly failedForGood?: boolean;
  readonly expected: number | undefined;
}

/** Of a claim of 10 that was to become 100. */
const CASES: readonly Case[] = [
  { title: "asks for what it has", requestBytes: 10, volumeBytes: 10, expected: undefined },
  { title: "asks for more", requestBytes: 40, volumeBytes: 10, expected: 40 },
  {
    title: "lowers an infeasible request",
    status: "ControllerResizeInfeasible",
    requestBytes: 40,
    volumeBytes: 10,
    expected: 40,
  },
  {
    title: "lowers a request that is under way",
    status: "ControllerResizeInProgress",
    requestBytes: 40,
    volumeBytes: 10,
    expected: 100,
  },
  {
    title: "lowers a request that has failed for good",
    status: "ControllerResizeInProgress",
    requestBytes: 40,
    volumeBytes: 10,
    failedForGood: true,
    expected: 40,
  },
  {
    title: "waits for the node",
    status: "NodeResizePending",
    requestBytes: 120,
    volumeBytes: 100,
    expected: undefined,
  },
  {
    title: "was refused by the node",
    status: "NodeResizeInfeasible",
    requestBytes: 40,
    volumeBytes: 100,
    expected: 100,
  },
  {
    title: "has a disk already but not the words for it",
    status: "ControllerResizeInProgress",
    requestBytes: 40,
    volumeBytes: 100,
    failedForGood: true,
    expected: 100,
  },
];

for (const { title, expected, volumeBytes, failedForGood = false, ...rest } of CASES) {
  Deno.test(`nextTarget() gives ${expected} when a claim ${title}`, () => {
    const resize: ClaimResize = {
      claim: { namespace: "db", name: "pg-1" },
      bound: true,
      volumeName: "pv-1",
      capacityBytes: 10,
      allocatedBytes: rest.status === undefined ? undefined : 100,
      status: undefined,
      otherConditions: [],
      ...rest,
    };
    assert.equal(nextTarget(resize, volumeBytes, failedForGood), expected);
    assert.equal(nextTarget({ ...resize, bound: false }, volumeBytes, failedForGood), undefined);
  });
}
