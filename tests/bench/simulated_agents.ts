/**
 * Agents of many instances in one process: the sending half of the real agent, over real TLS, each with its
 * own connections. What they say of their volumes is made up.
 *
 * @module
 */

import {
  createReportSender,
  IDLE_CONNECTION_MS,
  type ReportSender,
} from "../../agent/send_report.ts";
import { createDenoTransport } from "../../kube/deno_transport.ts";
import { systemClock } from "../../kube/system_clock.ts";
import { type Report, REPORT_FORMAT, type ReportCause } from "../../lib/report/report.ts";
import { type ControllerSite } from "../lab/controller_process.ts";
import { type BenchInstance, DATA_BYTES, WAL_BYTES } from "./clusters.ts";

/** The product's default. */
const INTERVAL_MS = 30_000;

/** Agents of many instances. */
export interface SimulatedAgents extends AsyncDisposable {
  /** How long each accepted report took, connection included, in milliseconds. */
  readonly latenciesMs: number[];
  /** What went wrong with the others. */
  readonly problems: string[];
  /** Lets each agent report every 30 s, evenly spread. */
  start(): void;
  /** Lets the agent of each given instance report at once that its WAL volume is so full. */
  fillWal(instances: readonly BenchInstance[], usedPercent: number): Promise<void>;
}

interface Agent {
  readonly instance: BenchInstance;
  readonly sender: ReportSender;
  walUsedPercent: number;
  sequence: number;
}

/** Prepares an agent for each instance; tokens are written below `directory`. */
export async function createSimulatedAgents(
  site: ControllerSite,
  instances: readonly BenchInstance[],
  directory: string,
): Promise<SimulatedAgents> {
  const agents = new Map<string, Agent>();
  const ca = await Deno.readTextFile(site.caFile);
  for (const instance of instances) {
    const tokenFile = `${directory}/${instance.name}.token`;
    await Deno.writeTextFile(tokenFile, instance.token, { mode: 0o600 });
    const sender = createSender(site.reportsUrl, ca, tokenFile);
    agents.set(instance.name, { instance, sender, walUsedPercent: 50, sequence: 0 });
  }
  const stopping = new AbortController();
  const latenciesMs: number[] = [];
  const problems: string[] = [];
  const running: Promise<void>[] = [];

  async function report(agent: Agent, cause: ReportCause): Promise<void> {
    const startedAt = performance.now();
    const outcome = await agent.sender.send(reportOf(agent, cause), stopping.signal);
    if (outcome.kind === "answered") latenciesMs.push(performance.now() - startedAt);
    else if (!stopping.signal.aborted) problems.push(outcome.problem);
  }
  async function live(agent: Agent, delayMs: number): Promise<void> {
    let waitMs = delayMs;
    while (await sleeps(waitMs, stopping.signal)) {
      const startedAt = performance.now();
      await report(agent, agent.sequence === 0 ? "start" : "interval");
      waitMs = INTERVAL_MS - (performance.now() - startedAt);
    }
  }
  return {
    latenciesMs,
    problems,
    start(): void {
      let index = 0;
      for (const agent of agents.values()) {
        running.push(live(agent, INTERVAL_MS * index++ / agents.size));
      }
    },
    async fillWal(filled, usedPercent): Promise<void> {
      await Promise.all(filled.map(async ({ name }) => {
        const agent = agents.get(name);
        if (agent === undefined) return;
        agent.walUsedPercent = usedPercent;
        await report(agent, "trip");
      }));
    },
    async [Symbol.asyncDispose](): Promise<void> {
      stopping.abort();
      await Promise.all(running);
      for (const { sender } of agents.values()) sender.close();
    },
  };
}

function createSender(url: string, ca: string, tokenFile: string): ReportSender {
  const { readTextFile } = Deno;
  return createReportSender({
    clock: systemClock,
    controller: () => ({ url, tokenFile }),
    readTextFile,
    openTransport: (controller) =>
      createDenoTransport(
        { server: controller.url, caCertificates: [ca], token: { kind: "none" } },
        { clock: systemClock, readTextFile, idleConnectionMs: IDLE_CONNECTION_MS },
      ),
  });
}

function reportOf(agent: Agent, cause: ReportCause): Report {
  const { instance, walUsedPercent } = agent;
  return {
    format: REPORT_FORMAT,
    agentVersion: "bench",
    sequence: agent.sequence++,
    session: instance.podUid,
    cause,
    pod: { namespace: instance.claims[0]?.namespace ?? "", name: instance.name },
    volumes: [
      volumeOf("data", "/var/lib/postgresql/data", DATA_BYTES, 50),
      volumeOf("wal", "/var/lib/postgresql/wal", WAL_BYTES, walUsedPercent),
    ],
    unreadable: [],
    degraded: [],
  };
}

function volumeOf(
  role: string,
  mountPath: string,
  totalBytes: number,
  usedPercent: number,
): Report["volumes"][number] {
  const usedBytes = Math.round(totalBytes * usedPercent / 100);
  return {
    role,
    mountPath,
    ageMs: 100,
    totalBytes,
    usedBytes,
    availableBytes: totalBytes - usedBytes,
    deviceBytes: totalBytes,
    inodesTotal: totalBytes / 2_048,
    inodesAvailable: totalBytes / 2_048 - 1_000,
  };
}

/** Whether the time passed before the signal. */
function sleeps(ms: number, signal: AbortSignal): Promise<boolean> {
  return systemClock.sleep(Math.max(0, ms), signal).then(() => true, () => false);
}
