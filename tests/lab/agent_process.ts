/**
 * The shipped agent as a process of its own: under the flags that its supervisor gives it, with a token that
 * is bound to its pod.
 *
 * @module
 */

import { agentArguments } from "../../agent/child_command.ts";
import { accessNeeds, parseConfig } from "../../agent/config.ts";
import { type AccessNeeds } from "../../agent/permissions.ts";
import { AUDIENCE, type ControllerSite, REPOSITORY } from "./controller_process.ts";
import { type LabInstance } from "./fixture_model.ts";
import { type LabCluster } from "./fixtures.ts";
import { type Lab } from "./lab.ts";
import { type LabProcess } from "./process.ts";

/** Outlives any test. */
const TOKEN_SECONDS = 3_600;

/** An agent that is configured and not started. */
export interface PreparedAgent {
  readonly name: string;
  readonly configFile: string;
  readonly tokenFile: string;
  /** What its supervisor would let it touch. */
  readonly needs: AccessNeeds;
}

/** Where agents report, and whom they trust. */
export type AgentSite = Pick<ControllerSite, "reportsUrl" | "caFile">;

/** Starts an agent for every instance of a cluster. */
export async function startAgents(
  lab: Lab,
  site: AgentSite,
  cluster: LabCluster,
): Promise<LabProcess[]> {
  const agents: LabProcess[] = [];
  for (const instance of cluster.instances) {
    agents.push(startAgent(lab, await prepareAgent(lab, site, cluster, instance)));
  }
  return agents;
}

/** Starts an agent. */
export function startAgent(lab: Lab, { name, configFile, needs }: PreparedAgent): LabProcess {
  return lab.startProcess({
    name,
    command: Deno.execPath(),
    args: agentArguments(`${REPOSITORY}agent/main.ts`, needs, configFile),
    cwd: REPOSITORY,
  });
}

/** Writes the token and the configuration of an instance's agent. */
export async function prepareAgent(
  lab: Lab,
  site: AgentSite,
  cluster: LabCluster,
  instance: LabInstance,
): Promise<PreparedAgent> {
  const name = `agent-${cluster.namespace}-${instance.name}`;
  const tokenFile = `${lab.directory}/${name}.token`;
  await Deno.writeTextFile(tokenFile, await mintAgentToken(lab, cluster, instance), {
    mode: 0o600,
  });
  const document = {
    controller: { url: site.reportsUrl, caFile: site.caFile, tokenFile },
    root: instance.root,
    pod: { namespace: cluster.namespace, name: instance.name },
  };
  const configFile = `${lab.directory}/${name}.yaml`;
  await Deno.writeTextFile(configFile, JSON.stringify(document));
  return {
    name,
    configFile,
    tokenFile,
    needs: accessNeeds(parseConfig(document, {}).config, configFile),
  };
}

/** A token as kubelet projects it into the instance's pod. */
export function mintAgentToken(
  lab: Lab,
  cluster: LabCluster,
  instance: LabInstance,
  audience = AUDIENCE,
): Promise<string> {
  return lab.controlPlane.createServiceAccountToken({
    namespace: cluster.namespace,
    serviceAccount: cluster.serviceAccount,
    boundPod: { name: instance.name, uid: instance.podUid },
    audience,
    expirationSeconds: TOKEN_SECONDS,
  });
}
