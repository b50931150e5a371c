/**
 * The agent's processes as they ship, supervisor included: memory, what their cgroup is charged with, and
 * processor time while nothing happens.
 *
 * @module
 */

import { supervisorArguments } from "../../agent/child_command.ts";
import { startFakeController } from "../../agent/testing/fake_controller.ts";
import { REPORT_FORMAT } from "../../lib/report/report.ts";
import { run } from "../lab/command.ts";
import { REPOSITORY } from "../lab/controller_process.ts";
import { startProcess } from "../lab/process.ts";
import { pause, waitUntil } from "../lab/wait.ts";
import { type Measured, megabytes } from "./budget_table.ts";
import { bundleProgram } from "./bundle_program.ts";
import { createMemoryGroup } from "./memory_group.ts";
import { type ProcessUsage, readProcessUsage } from "./process_usage.ts";
import { median } from "./statistics.ts";

/** Of DESIGN §11. */
const BUDGET = { residentMegabytes: 64, chargedMegabytes: 40, corePercent: 0.5 };
const START_LIMIT_MS = 20_000;
/** The first garbage collections and the deferred work of a start are over by then. */
const SETTLE_MS = 15_000;
const WATCH_MS = 60_000;
const LOOK_EVERY_MS = 1_000;

/** How the agent is started. */
interface Variant {
  readonly name: string;
  readonly deno: string;
  readonly program: string;
}

interface Look {
  readonly supervisor: ProcessUsage;
  readonly agent: ProcessUsage;
  readonly chargedBytes: number | undefined;
  readonly chargedAnonymousBytes: number | undefined;
}

/** Measures the agent from its sources, bundled, and as the first pod of a node. */
export async function measureAgent(say: (line: string) => void): Promise<Measured[]> {
  const directory = await Deno.makeTempDir({ prefix: "cnpg-storage-bench-" });
  try {
    const deno = Deno.execPath();
    const bundle = await bundleProgram("agent/main.ts", `${directory}/bundle`);
    const ownDeno = `${directory}/deno`;
    await Deno.copyFile(deno, ownDeno);
    const variants: readonly Variant[] = [
      { name: "agent from source", deno, program: `${REPOSITORY}agent/main.ts` },
      { name: "agent bundled", deno, program: bundle },
      { name: "agent bundled, first pod on a node", deno: ownDeno, program: bundle },
    ];
    const measured: Measured[] = [];
    for (const variant of variants) {
      say(`${variant.name}: ${(SETTLE_MS + WATCH_MS) / 1_000} s`);
      if (variant.deno === ownDeno) await forgetPages(ownDeno);
      const looks = await watchVariant(variant, directory);
      // The first pod of a node pays for the pages of the program itself, which the kernel takes back at will.
      const isFirst = variant.deno === ownDeno;
      measured.push(
        ...describe(variant.name, looks, isFirst ? undefined : BUDGET.chargedMegabytes),
      );
    }
    return measured;
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/** Drops a file from the page cache: whoever reads it next is charged with its pages. */
async function forgetPages(path: string): Promise<void> {
  await run("sync", [path]);
  await run("dd", [`if=${path}`, "iflag=nocache", "count=0", "status=none"]);
}

async function watchVariant(variant: Variant, parent: string): Promise<Look[]> {
  const directory = await Deno.makeTempDir({ dir: parent });
  await using controller = await startFakeController(directory, {
    format: REPORT_FORMAT,
    trips: [],
    intervalMs: 30_000,
    wantHistory: false,
  });
  const config = await writePod(directory, controller.url);
  await using group = await createMemoryGroup(`cnpg-storage-bench-${Deno.pid}`);
  const args = supervisorArguments(variant.deno, variant.program, config);
  const how = group?.enter(variant.deno, args) ?? { command: variant.deno, args };
  await using supervisor = startProcess({ ...how, name: "agent", logDirectory: directory });
  const started = await supervisor.waitForLine(/The agent was started/, START_LIMIT_MS);
  const agentPid: unknown = JSON.parse(started).pid;
  await waitUntil("the first report", () => controller.received.length > 0 || undefined, {
    limitMs: START_LIMIT_MS,
  });
  await pause(SETTLE_MS);
  const looks: Look[] = [];
  for (let passedMs = 0; passedMs <= WATCH_MS; passedMs += LOOK_EVERY_MS) {
    const charge = await group?.charge();
    looks.push({
      supervisor: await readProcessUsage(supervisor.pid),
      agent: await readProcessUsage(Number(agentPid)),
      chargedBytes: charge?.totalBytes,
      chargedAnonymousBytes: charge?.anonymousBytes,
    });
    await pause(LOOK_EVERY_MS);
  }
  await supervisor.stop();
  return looks;
}

/** A directory that looks like a pod to the agent; gives its configuration file. */
async function writePod(directory: string, url: string): Promise<string> {
  const root = `${directory}/root`;
  for (const path of ["data", "wal"]) {
    await Deno.mkdir(`${root}/var/lib/postgresql/${path}`, { recursive: true });
  }
  const tokenFile = `${directory}/token`;
  await Deno.writeTextFile(tokenFile, "token\n");
  const config = `${directory}/agent.yaml`;
  const controller = { url, caFile: `${directory}/ca.crt`, tokenFile };
  const pod = { namespace: "bench", name: "pg-1" };
  await Deno.writeTextFile(config, JSON.stringify({ controller, root, pod }));
  return config;
}

function describe(
  name: string,
  looks: readonly Look[],
  chargedBudget: number | undefined,
): Measured[] {
  const [first, last] = [looks[0], looks.at(-1)];
  const spentMs = processorMs(last) - processorMs(first);
  function typical(pick: (look: Look) => number): number {
    return median(looks.map((look) => megabytes(pick(look))));
  }
  const charged = looks.flatMap(({ chargedBytes }) => chargedBytes ?? []).map(megabytes);
  const anonymous = looks.flatMap((look) => look.chargedAnonymousBytes ?? []).map(megabytes);
  return [
    {
      what: `${name}: RSS of the agent`,
      amount: typical((look) => look.agent.residentBytes),
      unit: "MB",
      budget: BUDGET.residentMegabytes,
    },
    {
      what: `${name}: RSS of its supervisor`,
      amount: typical((look) => look.supervisor.residentBytes),
      unit: "MB",
    },
    ...charged.length === 0 ? [] : [
      {
        what: `${name}: charged to the cgroup, both processes`,
        amount: median(charged),
        unit: "MB",
        budget: chargedBudget,
      },
      { what: `${name}: of it anonymous`, amount: median(anonymous), unit: "MB" },
    ],
    {
      what: `${name}: share of a core, both processes`,
      amount: 100 * spentMs / ((looks.length - 1) * LOOK_EVERY_MS),
      unit: "%",
      budget: BUDGET.corePercent,
    },
  ];
}

function processorMs(look: Look | undefined): number {
  return look === undefined ? 0 : look.supervisor.processorMs + look.agent.processorMs;
}
