import assert from "node:assert/strict";

import { INCIDENTS } from "../../demo/incidents.ts";
import { ANNOTATION } from "../../lib/policy/annotation_keys.ts";
import { listDocument, reportDocument } from "../../plugin/present/document.ts";
import { installPlugin } from "../../tools/install_plugin.ts";
import { startDemo } from "../demo/running_demo.ts";
import {
  type KubectlPlace,
  missingPrograms,
  type Outcome,
  runKubectl,
  runPasted,
} from "./run_kubectl.ts";

/** Half a minute, and as long again for the commands themselves: busy machines take long. */
const TRIES_MAX = 120;
const TRY_AGAIN_MS = 250;

/** What takes minutes of the story is over within seconds. */
const STORY_SPEED = 20;

/** What takes seconds of the story lasts long enough to be looked at. */
const LIFE_SPEED = 1;

async function plugin(place: KubectlPlace, ...args: readonly string[]): Promise<Outcome> {
  return await runKubectl(place, ["cnpg-storage", ...args]);
}

/** What a command prints that succeeds. */
async function told(place: KubectlPlace, ...args: readonly string[]): Promise<string> {
  const { code, out, error } = await plugin(place, ...args);
  assert.deepEqual({ code, error }, { code: 0, error: "" }, args.join(" "));
  assert.ok(!out.includes("\u001b"), "colours in a pipe");
  return out;
}

async function eventuallyTold(
  place: KubectlPlace,
  args: readonly string[],
  wanted: RegExp,
): Promise<string> {
  let out = (await plugin(place, ...args)).out;
  for (let tries = 1; tries < TRIES_MAX && !wanted.test(out); tries++) {
    await new Promise((resolve) => setTimeout(resolve, TRY_AGAIN_MS));
    out = (await plugin(place, ...args)).out;
  }
  assert.match(out, wanted);
  return out;
}

/** Runs the one command that an explanation names. */
async function doAsTold(place: KubectlPlace, explanation: string): Promise<void> {
  const lines = [...explanation.matchAll(/^ {6}(kubectl .+)$/gm)].map(([, line = ""]) => line);
  assert.equal(lines.length, 1, explanation);
  const { code, error } = await runPasted(place, lines.join());
  assert.equal(code, 0, `${lines.join()}: ${error}`);
}

async function whileItGoesOn(place: KubectlPlace): Promise<void> {
  await eventuallyTold(place, ["status", "-A"], /^shop +orders .* watching$/m);

  const held = await eventuallyTold(
    place,
    ["explain", "reports", "-n", "analytics"],
    /NotExpandable is True.*\(StorageClassFixed\)/,
  );
  await doAsTold(place, held);
  await eventuallyTold(place, ["status", "-n", "analytics"], /^reports .* watching$/m);

  const request = [
    `${ANNOTATION.targetSize}=15Gi`,
    `${ANNOTATION.expansionRequested}=${new Date().toISOString()}`,
    `${ANNOTATION.expansionReason}=manual`,
  ];
  await runKubectl(place, ["annotate", "cluster", "catalog", "-n", "shop", ...request]);
  const growing = await eventuallyTold(
    place,
    ["explain", "catalog", "-n", "shop"],
    /is under way: grow role data from 10 GiB to 15 GiB, because .*\(ManualRequest\)/,
  );
  assert.match(growing, /catalog-\d is (Queued|Requested|ControllerResized|Verified)/);

  const pause = `${ANNOTATION.paused}=true`;
  await runKubectl(place, ["annotate", "cluster", "orders", "-n", "shop", pause]);
  await doAsTold(
    place,
    await eventuallyTold(place, ["explain", "orders", "-n", "shop"], /Paused by annotation/),
  );
  await eventuallyTold(place, ["status", "-n", "shop"], /^orders .* watching$/m);
}

async function afterTheStory(place: KubectlPlace): Promise<void> {
  const failed = await eventuallyTold(
    place,
    ["explain", "customers", "-n", "crm"],
    /expansion Failed: .*The storage provider refuses 15 GiB/,
  );
  assert.match(failed, /ResizeInfeasible: The storage provider has to allow the size/);
  await doAsTold(place, failed);
  await eventuallyTold(place, ["status", "orders", "-n", "shop"], /^\d+. +expansion +Completed/m);
  await eventuallyTold(
    place,
    ["status", "-A"],
    /^analytics +reports +expansion .* not-expandable \(StorageClassFixed\)$/m,
  );

  const { items } = listDocument.strict().parse(
    JSON.parse(await told(place, "status", "-A", "-o", "json")),
  );
  assert.equal(items.length, INCIDENTS.length);
  assert.deepEqual(items.at(-1)?.name, "catalog", "the emptiest comes last");
  for (const command of ["status", "explain"]) {
    const json = await told(place, command, "customers", "-n", "crm", "-o", "json");
    const { remedies, events } = reportDocument.strict().parse(JSON.parse(json));
    assert.equal(remedies.at(-1)?.reason, "ResizeInfeasible");
    assert.equal(events?.at(-1)?.outcome?.reason, "ExpansionFailed");
  }
}

/** Command lines, and what they say instead of data. */
const REFUSALS: readonly (readonly [readonly string[], RegExp])[] = [
  [["status", "nobody", "-n", "shop"], /no Cluster of this name in the namespace either\.$/m],
  [["explain", "orders", "-n", "nowhere"], /: kubectl cnpg-storage explain orders -n shop$/m],
  [["status", "-n", "nowhere"], /^No resources found in nowhere namespace\.$/m],
];

async function refuses(place: KubectlPlace): Promise<void> {
  for (const [args, message] of REFUSALS) {
    const { out, error } = await plugin(place, ...args);
    assert.equal(out, "", args.join(" "));
    assert.match(error, message);
  }
}

async function worksWithTheDemo(context: Deno.TestContext): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const directory = await Deno.makeTempDir({ prefix: "cnpg-storage-plugin-" });
  stack.defer(() => Deno.remove(directory, { recursive: true }));
  const [story, life] = await Promise.all([
    startDemo({ seed: 7, speed: STORY_SPEED }),
    startDemo({ seed: 7, speed: LIFE_SPEED }),
    installPlugin(directory),
  ]);
  stack.use(story);
  stack.use(life);
  // A demonstration takes its kubeconfig with it.
  const kubeconfig = `${directory}/kubeconfig`;
  await Deno.copyFile(story.kubeconfigFile, kubeconfig);
  const stories = { pluginDirectory: directory, kubeconfig };
  await context.step("while a cluster grows, another cannot, and a third is paused", async () => {
    await whileItGoesOn({ pluginDirectory: directory, kubeconfig: life.kubeconfigFile });
  });
  await context.step("after their stories", () => afterTheStory(stories));
  await context.step("what is not there", () => refuses(stories));
  await context.step("after the demonstration was stopped", async () => {
    await story.stop();
    const { code, out, error } = await plugin(stories, "status", "-A");
    assert.deepEqual({ code, out }, { code: 1, out: "" });
    assert.match(error, /^Unable to connect to the server: .*ECONNREFUSED/);
  });
}

const MISSING = await missingPrograms(["kubectl", "sh"]);
const reason = MISSING.length === 0 ? "" : ` (cannot run: no ${MISSING.join(", ")})`;

Deno.test({
  name: `kubectl shows the clusters of a demonstration with the installed plugin${reason}`,
  ignore: MISSING.length > 0 && !Deno.env.get("CI"),
  fn: worksWithTheDemo,
});
