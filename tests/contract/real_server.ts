/**
 * The lab's kube-apiserver as a server under contract.
 *
 * @module
 */

import assert from "node:assert/strict";
import { CUSTOM_RESOURCE_DEFINITION } from "../lab/crds.ts";
import { forgeToken } from "../lab/forged_token.ts";
import type { Lab } from "../lab/lab.ts";
import { pkiFiles } from "../lab/pki.ts";
import type { ServerUnderContract, TokenOrder } from "./contract_world.ts";

const MS_PER_SECOND = 1_000;
/** No tolerance for differing clocks reaches back that far. */
const EXPIRED_FOR_SECONDS = 3_600;

/** Puts the lab's server under contract. */
export function realServer(lab: Lab): ServerUnderContract {
  const { controlPlane, directory } = lab;
  return {
    connection: controlPlane.admin,
    async issueToken(order: TokenOrder): Promise<string> {
      const { namespace, serviceAccount, audience, pod } = order;
      const token = await controlPlane.createServiceAccountToken({
        namespace,
        serviceAccount,
        audience,
        boundPod: pod,
      });
      if (!order.expired) return token;
      const exp = Math.floor(Date.now() / MS_PER_SECOND) - EXPIRED_FOR_SECONDS;
      const key = await Deno.readTextFile(pkiFiles(`${directory}/pki`).tokenKey);
      return await forgeToken(token, { exp, iat: exp - EXPIRED_FOR_SECONDS }, key);
    },
    forgetHistory: () => compactEtcd(lab),
  };
}

/** Compacts etcd up to now, through its JSON gateway. */
async function compactEtcd({ api, controlPlane }: Lab): Promise<void> {
  const { resourceVersion } = await api.list(CUSTOM_RESOURCE_DEFINITION, { limit: 1 });
  const url = new URL("/v3/kv/compaction", await clientUrl(controlPlane.processes.etcd.pid));
  const response = await fetch(url, {
    method: "POST",
    body: JSON.stringify({ revision: resourceVersion, physical: true }),
  });
  const answer = await response.text();
  assert.ok(response.ok, `Cannot compact etcd: expected success, found ${answer}`);
}

async function clientUrl(pid: number): Promise<string> {
  const args = (await Deno.readTextFile(`/proc/${pid}/cmdline`)).split("\0");
  const flag = args.find((arg) => arg.startsWith("--listen-client-urls=")) ?? "";
  return flag.slice(flag.indexOf("=") + 1);
}
