/**
 * The agent's loop: at every tick it looks at the volumes, and reports what is due.
 *
 * There is one timer, the tick. Everything else happens at a tick or when a measurement or an answer
 * arrives, so that a crossed trip is reported the moment it is seen.
 *
 * @module
 */

import type { Clock, Random } from "../kube/clock.ts";
import { errorText, type Logger } from "../kube/logger.ts";
import type { ReportAnswer } from "../lib/report/report.ts";
import { buildReport } from "./build_report.ts";
import { createHistory } from "./history.ts";
import { type DirectoryReader, locateVolumes } from "./locate_volumes.ts";
import type { Measurement, VolumeProbe } from "./measure.ts";
import { createOutbox, type SendOutcome } from "./outbox.ts";
import { createReportSchedule, type ReportSnapshot } from "./report_schedule.ts";
import { createSampler, PROBE_DEADLINE_MS } from "./sampler.ts";
import type { ReportSender } from "./send_report.ts";
import type { Settings } from "./settings.ts";
import { DATA_MOUNT_PATH, type Volume, volumeAt } from "./volume.ts";

/** What the agent needs of the world. */
export interface AgentDependencies {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly directories: DirectoryReader;
  readonly probe: VolumeProbe;
  readonly sender: ReportSender;
  readonly settings: Settings;
  readonly agentVersion: string;
  /** Tells this process from its predecessors. */
  readonly session: string;
  /** What is wrong besides the configuration, for example the command line. */
  readonly problems: readonly string[];
}

/** Runs until `signal` is aborted; resolves then. */
export async function runAgent(agent: AgentDependencies, signal: AbortSignal): Promise<void> {
  const { clock, settings } = agent;
  const history = createHistory();
  const schedule = createReportSchedule({ clock, intervals: () => settings.config().intervals });
  const outbox = createOutbox<ReportSnapshot, ReportAnswer>({
    clock,
    random: agent.random,
    send: createSend(agent, history.samples, signal),
    onOutcome: createOutcomeHandler(agent.logger, (answer) => {
      schedule.accept(answer);
      report();
    }),
  });
  const sampler = createSampler({ clock, probe: agent.probe, onMeasurement: observe });
  const scanner = createScanner(agent, (volumes) => {
    schedule.setVolumes(volumes);
    history.retain(new Set(volumes.map(({ role }) => role)));
    // A new volume is measured now, so that it does not wait for a tick to be known.
    sampler.tick(volumes);
  });

  function observe(measurement: Measurement): void {
    schedule.observe(measurement);
    if (measurement.kind === "sample") history.add(measurement);
    report();
  }

  function report(): void {
    const due = schedule.take();
    if (due === undefined) return;
    const isUrgent = due.cause === "trip" || due.cause === "repeat";
    outbox.offer(due, isUrgent ? "urgent" : "normal");
  }

  while (!signal.aborted) {
    scanner.tick();
    sampler.tick(scanner.volumes());
    report();
    outbox.pump();
    await clock.sleep(settings.config().intervals.sampleMs, signal).catch(() => {});
  }
}

interface Scanner {
  tick(): void;
  volumes(): readonly Volume[];
}

/** Looks for volumes every so often, one look at a time. */
function createScanner(
  { clock, directories, logger, settings }: AgentDependencies,
  onFound: (volumes: readonly Volume[]) => void,
): Scanner {
  let volumes: readonly Volume[] = [];
  let scannedAtMs = -Infinity;
  let scannedRoot: string | undefined;
  let scanning = false;

  async function scan(root: string): Promise<void> {
    try {
      const found = await locateVolumes(directories, root, root === scannedRoot ? volumes : []);
      const paths = found.map(({ path }) => path);
      if (root !== scannedRoot || paths.join("\n") !== volumes.map(({ path }) => path).join("\n")) {
        logger.info("Volumes found", { paths });
      }
      volumes = found;
      scannedRoot = root;
      onFound(found);
    } catch (error) {
      logger.error("Volumes cannot be looked for", { error: errorText(error) });
    } finally {
      scanning = false;
    }
  }

  function isLate(): boolean {
    return clock.monotonic() - scannedAtMs >= PROBE_DEADLINE_MS;
  }

  /** A disk that hangs at the very start hangs the look for volumes too; its state must still be told. */
  function assumedVolumes(root: string): readonly Volume[] {
    volumes = [volumeAt(root, "data", DATA_MOUNT_PATH)];
    return volumes;
  }

  return {
    tick(): void {
      const { root, intervals } = settings.config();
      const isDue = clock.monotonic() - scannedAtMs >= intervals.rescanMs || root !== scannedRoot;
      if (scanning && scannedRoot === undefined && isLate()) onFound(assumedVolumes(root));
      if (scanning || !isDue) return;
      scanning = true;
      scannedAtMs = clock.monotonic();
      scan(root);
    },
    volumes: () => volumes,
  };
}

function createSend(
  agent: AgentDependencies,
  historySamples: ReturnType<typeof createHistory>["samples"],
  signal: AbortSignal,
): (snapshot: ReportSnapshot) => Promise<SendOutcome<ReportAnswer>> {
  let sequence = 0;
  return function send(snapshot): Promise<SendOutcome<ReportAnswer>> {
    const nowMs = agent.clock.monotonic();
    const report = buildReport(snapshot, {
      nowMs,
      agentVersion: agent.agentVersion,
      session: agent.session,
      sequence: sequence++,
      pod: agent.settings.config().pod,
      problems: [...agent.problems, ...agent.settings.problems()],
      history: () => historySamples(nowMs),
    });
    agent.logger.debug("Reporting", { cause: report.cause, sequence: report.sequence });
    return agent.sender.send(report, signal);
  };
}

/** Hands answers on, and logs only when things turn for the better or the worse. */
function createOutcomeHandler(
  logger: Logger,
  onAnswer: (answer: ReportAnswer) => void,
): (outcome: SendOutcome<ReportAnswer>) => void {
  let last: SendOutcome<ReportAnswer>["kind"] | undefined;
  return function handle(outcome): void {
    const isNews = outcome.kind !== last;
    last = outcome.kind;
    switch (outcome.kind) {
      case "answered":
        if (isNews) logger.info("The controller takes reports");
        return onAnswer(outcome.answer);
      case "refused":
        if (isNews) {
          logger.error("The agent is degraded: the controller refuses it", {
            problem: outcome.problem,
          });
        }
        return;
      case "failed":
        if (isNews) logger.warn("A report was not delivered", { problem: outcome.problem });
        return;
      default:
        return outcome satisfies never;
    }
  };
}
