/**
 * The shipped controller as a process, against a real API server with many clusters: memory, processor time,
 * start, answers to agents, and how long it takes until the last of many full volumes is asked to grow.
 *
 * @module
 */

import {
  CONTROLLER_PROGRAM,
  type ControllerProcess,
  type ControllerSite,
  type ControllerStart,
  historyDirectoryOf,
  prepareController,
} from "../lab/controller_process.ts";
import { type Lab, startLab } from "../lab/lab.ts";
import { type PodSurroundings, preparePod } from "../lab/pod_surroundings.ts";
import { createDefaultPolicy, wallClockMs } from "../lab/product_state.ts";
import { CONTROLLER_USER } from "../lab/rbac.ts";
import { pause } from "../lab/wait.ts";
import { type Measured, megabytes } from "./budget_table.ts";
import { bundleProgram } from "./bundle_program.ts";
import { type BenchInstance, createClusters, NAMESPACE } from "./clusters.ts";
import { type ProcessUsage, readProcessUsage } from "./process_usage.ts";
import { createProcessorGroup, type ProcessorGroup } from "./processor_group.ts";
import { createSimulatedAgents, type SimulatedAgents } from "./simulated_agents.ts";
import { median, percentile } from "./statistics.ts";

/** Of DESIGN §11. */
const BUDGET = { residentMegabytes: 100, answerMs: 50, readyMs: 3_000, lastRequestMs: 10_000 };
/** The number of clusters that the budgets are about. */
const BUDGET_CLUSTERS = 100;
const STARTS = 3;
/** Outlives the measurement of a thousand clusters. */
const TOKEN_SECONDS = 4 * 3_600;
/** The thread of the history. */
const HISTORY_PROGRAM = "controller/history/sqlite/sqlite_worker.ts";
const LOOK_EVERY_MS = 1_000;
/** Above the threshold of 85 %, below the emergency at 90 %. */
const FULL_PERCENT = 87;
const STORM_LIMIT_MS = 60_000;

/** How much to measure. */
export interface ControllerBenchOptions {
  /** Numbers of clusters, rising. */
  readonly sizes: readonly number[];
  /** How long agents report to each number of clusters. */
  readonly minutes: number;
  /** Thousandths of a core that the controller gets, as under a limit of its container; absent: all there is. */
  readonly millicores?: number | undefined;
  /** Told what is going on. */
  readonly say: (line: string) => void;
}

/** How the controller is started. */
interface Variant {
  readonly name: string;
  readonly program: string;
  readonly how: ControllerStart;
}

interface Load extends Variant {
  readonly site: ControllerSite;
  readonly instances: readonly BenchInstance[];
  readonly minutes: number;
}

/** Told to come again, or not answered in time. */
const LATE = /found 429|expected an answer within/;

/** Measures the controller, bundled as in its image, with each number of clusters. */
export async function measureController(options: ControllerBenchOptions): Promise<Measured[]> {
  await using lab = await startLab({ ownCrds: true });
  const persistence = { enabled: true, directory: historyDirectoryOf(lab) };
  const site = await prepareController(lab, { persistence });
  const unlimited = await preparePod(lab, TOKEN_SECONDS, lab.controlPlane.server);
  await using group = options.millicores === undefined
    ? undefined
    : await createProcessorGroup(`cnpg-storage-bench-${Deno.pid}`, options.millicores);
  const pod = group === undefined ? unlimited : withinGroup(unlimited, group);
  const bundle = await bundleProgram(CONTROLLER_PROGRAM, `${lab.directory}/bundle`, [
    HISTORY_PROGRAM,
  ]);
  const variants: readonly Variant[] = [
    { name: "controller", program: bundle, how: { pod } },
    {
      name: "controller without history",
      program: bundle,
      how: { pod, settings: { persistence: { enabled: false } } },
    },
    { name: "controller from source", program: CONTROLLER_PROGRAM, how: { pod } },
  ];
  const measured: Measured[] = [];
  const instances: BenchInstance[] = [];
  let clusters = 0;
  for (const size of options.sizes) {
    options.say(`controller: making clusters until there are ${size}`);
    instances.push(...await createClusters(lab, clusters + 1, size));
    if (clusters === 0) await createDefaultPolicy(lab, NAMESPACE, { maxSize: "100Gi" });
    clusters = size;
    measured.push(await measureStarts(site, { program: bundle, how: { pod } }, size));
    const isCompared = size === BUDGET_CLUSTERS && group === undefined;
    for (const variant of isCompared ? variants.toReversed() : variants.slice(0, 1)) {
      const { name } = variant;
      options.say(`${name}: ${instances.length} agents report for ${options.minutes} minutes`);
      const load: Load = { ...variant, site, instances, minutes: options.minutes };
      measured.push(...await measureLoad(lab, load));
    }
  }
  return measured;
}

function withinGroup(pod: PodSurroundings, group: ProcessorGroup): PodSurroundings {
  return {
    enter: (command, args) => {
      const inside = group.enter(command, args);
      return pod.enter(inside.command, inside.args);
    },
  };
}

async function measureStarts(
  site: ControllerSite,
  { program, how }: Omit<Variant, "name">,
  size: number,
): Promise<Measured> {
  const startsMs: number[] = [];
  for (let count = 0; count < STARTS; count++) {
    await using controller = await site.start(program, how);
    startsMs.push(controller.readyAfterMs);
  }
  return {
    what: `controller, ${size} clusters: start to ready, median of ${STARTS}`,
    amount: median(startsMs),
    unit: "ms",
    budget: size === BUDGET_CLUSTERS ? BUDGET.readyMs : undefined,
  };
}

async function measureLoad(lab: Lab, load: Load): Promise<Measured[]> {
  const { site, instances, program, how, name: what } = load;
  await using controller = await site.start(program, how);
  await using agents = await createSimulatedAgents(site, instances, lab.directory);
  agents.start();
  const usages = await watchUsage(controller, load.minutes * 60_000);
  const primaries = instances.filter(({ name, cluster }) => name === `${cluster}-1`);
  const { length: size } = primaries;
  // What the chart installs: bundled, with a history.
  const isBudgeted = size === BUDGET_CLUSTERS && what === "controller";
  const answersMs = [...agents.latenciesMs];
  // Who is told to come again, or waits too long, is late and counted: the first reports of thousands of agents
  // wait for reviews, beside an API server that shares the machine.
  const unexpected = agents.problems.find((problem) => !LATE.test(problem));
  if (unexpected !== undefined) {
    const problem = `expected accepted reports, found ${unexpected}`;
    throw new Error(`Cannot measure: ${problem}; the end of its log:\n${controller.tail()}`);
  }
  return [
    ...describeLoad(`${what}, ${size} clusters`, usages, answersMs, isBudgeted),
    {
      what: `${what}, ${size} clusters: reports that were late`,
      amount: 100 * agents.problems.length / (answersMs.length + agents.problems.length),
      unit: "%",
    },
    ...isBudgeted ? [await measureStorm(lab, agents, primaries)] : [],
  ];
}

async function watchUsage(controller: ControllerProcess, ms: number): Promise<ProcessUsage[]> {
  const usages: ProcessUsage[] = [];
  const endsAt = performance.now() + ms;
  while (performance.now() < endsAt) {
    await pause(LOOK_EVERY_MS);
    usages.push(await readProcessUsage(controller.pid));
  }
  return usages;
}

function describeLoad(
  what: string,
  usages: readonly ProcessUsage[],
  answersMs: readonly number[],
  isBudgeted: boolean,
): Measured[] {
  const resident = usages.map((usage) => megabytes(usage.residentBytes));
  const anonymous = usages.map((usage) => megabytes(usage.anonymousBytes));
  const peak = megabytes(Math.max(...usages.map((usage) => usage.peakBytes)));
  const spentMs = (usages.at(-1)?.processorMs ?? 0) - (usages[0]?.processorMs ?? 0);
  const sharePercent = 100 * spentMs / ((usages.length - 1) * LOOK_EVERY_MS);
  const { residentMegabytes, answerMs } = BUDGET;
  return [
    {
      what: `${what}: RSS, median`,
      amount: median(resident),
      unit: "MB",
      budget: isBudgeted ? residentMegabytes : undefined,
    },
    {
      what: `${what}: RSS, highest since the start`,
      amount: peak,
      unit: "MB",
      budget: isBudgeted ? residentMegabytes : undefined,
    },
    { what: `${what}: of it anonymous, median`, amount: median(anonymous), unit: "MB" },
    { what: `${what}: share of a core`, amount: sharePercent, unit: "%" },
    { what: `${what}: answer to an agent, median`, amount: median(answersMs), unit: "ms" },
    {
      what: `${what}: answer to an agent, p99`,
      amount: percentile(answersMs, 0.99),
      unit: "ms",
      budget: isBudgeted ? answerMs : undefined,
    },
  ];
}

/** Lets one volume of each cluster cross its threshold at once. */
async function measureStorm(
  lab: Lab,
  agents: SimulatedAgents,
  primaries: readonly BenchInstance[],
): Promise<Measured> {
  const startedAtMs = wallClockMs();
  await agents.fillWal(primaries, FULL_PERCENT);
  let lastAtMs: number | undefined;
  while (lastAtMs === undefined && wallClockMs() - startedAtMs < STORM_LIMIT_MS) {
    await pause(LOOK_EVERY_MS);
    lastAtMs = await lastOfAllRequests(lab, primaries);
  }
  if (lastAtMs === undefined) {
    throw new Error(`Cannot see ${primaries.length} requests within ${STORM_LIMIT_MS} ms`);
  }
  return {
    what: `controller, ${primaries.length} volumes full at once: last PATCH`,
    amount: lastAtMs - startedAtMs,
    unit: "ms",
    budget: BUDGET.lastRequestMs,
  };
}

/** When the API server received the last first request of a cluster; undefined while one is missing. */
async function lastOfAllRequests(
  lab: Lab,
  primaries: readonly BenchInstance[],
): Promise<number | undefined> {
  const requests = (await lab.controlPlane.auditLog()).filter((entry) =>
    entry.user === CONTROLLER_USER && entry.resource === "persistentvolumeclaims" &&
    entry.verb === "patch" && entry.code === 200 && !entry.uri.includes("dryRun")
  );
  const firsts = primaries.map(({ name }) =>
    requests.find((entry) => entry.name === `${name}-wal`)
  );
  const times = firsts.flatMap((entry) => entry === undefined ? [] : [entry.receivedAtMs]);
  return times.length === primaries.length ? Math.max(...times) : undefined;
}
