import assert from "node:assert/strict";
import { createProbeApp } from "../../controller/serve/mod.ts";
import type { JsonObject } from "../../kube/api.ts";
import { permissionsOf } from "../../tools/permissions.ts";
import { at, textAt } from "../lab/claim.ts";
import { shippedFlags } from "../lab/controller_process.ts";
import { POD_ENVIRONMENT } from "../lab/pod_surroundings.ts";
import { chartTest, PREFIX, RELEASE, renderedObjects, type Values } from "./helm.ts";
import { containerOf, kindsOf, listAt, objectOf } from "./manifests.ts";
import { configOf } from "./rendered_config.ts";
import { FOREIGN_VALUE_SETS, VALUE_SETS } from "./value_sets.ts";

const CONFIG_FILE = "/etc/cnpg-storage-manager/config/config.yaml";
const ALL_SETS = [...VALUE_SETS, ...FOREIGN_VALUE_SETS];

for (const [name, values] of ALL_SETS) {
  await chartTest(`no two controllers work at a time in the chart with ${name}`, async () => {
    const { spec } = await statefulSet(values);
    const { leaderElection } = await configOf(values);
    assert.ok(leaderElection.enabled || at(spec, "replicas") === 1);
    // A StatefulSet makes a pod anew only after the one before is gone.
    assert.equal(at(spec, "updateStrategy"), undefined);
    assert.equal(at(spec, "podManagementPolicy"), "Parallel");
  });

  await chartTest(`the container is confined in the chart with ${name}`, async () => {
    const workload = await statefulSet(values);
    const pod = at(workload, "spec", "template", "spec");
    for (const key of ["hostNetwork", "hostPID", "hostIPC", "initContainers"]) {
      assert.equal(at(pod, key), undefined);
    }
    assert.equal(at(pod, "securityContext", "runAsNonRoot"), true);
    assert.equal(at(pod, "securityContext", "runAsUser"), 65534);
    assert.deepEqual(at(pod, "securityContext", "seccompProfile"), { type: "RuntimeDefault" });
    assert.deepEqual(at(containerOf(workload), "securityContext"), {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
    for (const mount of listAt(containerOf(workload), "volumeMounts")) {
      if (textAt(mount, "name") === "state") continue;
      assert.equal(at(mount, "readOnly"), true);
    }
  });
}

await chartTest("the container starts what the task starts, with its permissions", async () => {
  const container = containerOf(await statefulSet());
  assert.deepEqual(at(container, "command"), ["deno"]);
  const task = await shippedFlags("controller");
  assert.deepEqual(at(container, "args"), [...task, "--config", CONFIG_FILE]);
  assert.ok(task.includes("--no-prompt"));
  const allowed = permissionsOf(await Deno.readTextFile("deno.json"), "controller");
  const environment = allowed.find(({ name }) => name === "env")?.values ?? [];
  for (const variable of listAt(container, "env")) {
    const name = textAt(variable, "name");
    if (name in POD_ENVIRONMENT) assert.equal(at(variable, "value"), POD_ENVIRONMENT[name]);
    else assert.ok(environment.includes(name), name);
  }
});

await chartTest("a token goes to nobody whom only a public authority vouches for", async () => {
  const [store] = listAt(containerOf(await statefulSet()), "env")
    .filter((variable) => textAt(variable, "name") === "DENO_TLS_CA_STORE");
  assert.deepEqual(store, { name: "DENO_TLS_CA_STORE", value: "" });
});

await chartTest("files of the sources are those of the user's Secret", async () => {
  const sources = { existingSecret: "monitoring" };
  const workload = await statefulSet({ sources });
  const [volume] = listAt(workload, "spec", "template", "spec", "volumes")
    .filter((one) => textAt(one, "name") === "sources");
  assert.deepEqual(volume, { name: "sources", secret: { secretName: "monitoring" } });
  const [mount] = listAt(containerOf(workload), "volumeMounts")
    .filter((one) => textAt(one, "name") === "sources");
  const documented = await Deno.readTextFile("docs/sources.md");
  assert.ok(documented.includes(`caFile=${textAt(mount, "mountPath")}/`));
  assert.deepEqual((await configOf({ sources })).sources, (await configOf()).sources);
});

await chartTest("every file of the configuration is mounted", async () => {
  const { tls } = (await configOf()).agent;
  const mounts = listAt(containerOf(await statefulSet()), "volumeMounts")
    .map((mount) => textAt(mount, "mountPath"));
  for (const file of [CONFIG_FILE, tls.certFile, tls.keyFile]) {
    assert.ok(mounts.includes(file.slice(0, file.lastIndexOf("/"))), file);
  }
});

await chartTest(
  "the history is on a claim of each replica's own, where the task may write",
  async () => {
    const { persistence } = await configOf();
    const allowed = permissionsOf(await Deno.readTextFile("deno.json"), "controller");
    assert.deepEqual(allowed.find(({ name }) => name === "write")?.values, [persistence.directory]);
    const cases: readonly (readonly [Values, JsonObject])[] = [
      [{}, { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } }],
      [{ storageClass: "fast", size: "20Gi", accessMode: "ReadWriteOncePod" }, {
        accessModes: ["ReadWriteOncePod"],
        storageClassName: "fast",
        resources: { requests: { storage: "20Gi" } },
      }],
    ];
    for (const [values, spec] of cases) {
      const workload = await statefulSet({ persistence: values });
      const [claim, ...others] = listAt(workload, "spec", "volumeClaimTemplates");
      assert.deepEqual([at(claim, "spec"), others], [spec, []]);
      const [mount] = listAt(containerOf(workload), "volumeMounts")
        .filter((one) => textAt(one, "name") === textAt(claim, "metadata", "name"));
      assert.deepEqual(mount, { name: "state", mountPath: persistence.directory });
    }
  },
);

await chartTest("where nothing is kept there is neither a claim nor a mount", async () => {
  const workload = await statefulSet({ persistence: { enabled: false } });
  assert.equal(at(workload, "spec", "volumeClaimTemplates"), undefined);
  const mounts = listAt(containerOf(workload), "volumeMounts").map((one) => textAt(one, "name"));
  assert.deepEqual(mounts, ["config", "tls"]);
});

await chartTest("ports, probes and Services lead to where the controller listens", async () => {
  const config = await configOf();
  const objects = await renderedObjects();
  const workload = await statefulSet();
  const container = containerOf(workload);
  const ports = new Map(
    listAt(container, "ports").map((port) => [textAt(port, "name"), at(port, "containerPort")]),
  );
  assert.deepEqual([...ports], [["agents", config.agent.listen.port], [
    "status",
    config.serve.port,
  ]]);
  const probes = createProbeApp({
    liveness: () => ({ ok: true, reasons: [] }),
    readiness: () => ({ ok: true, reasons: [] }),
  });
  const paths = ["startupProbe", "livenessProbe", "readinessProbe"].map((probe) => {
    assert.equal(ports.get(textAt(container, probe, "httpGet", "port")), config.serve.port);
    return textAt(container, probe, "httpGet", "path");
  });
  assert.deepEqual(paths, ["/healthz", "/healthz", "/readyz"]);
  for (const path of paths) assert.equal((await probes.request(path)).status, 200);
  const labels = at(workload, "spec", "template", "metadata", "labels");
  for (const [name, port] of [[PREFIX, "agents"], [`${PREFIX}-metrics`, "status"]] as const) {
    const service = objectOf(objects, "Service", name);
    const [target] = listAt(service, "spec", "ports");
    assert.equal(at(target, "port"), ports.get(port));
    if (at(service, "spec", "selector") === undefined) {
      // The leader writes where it leads, under this name of a port.
      assert.equal(name, config.leaderElection.agentService);
      assert.equal(textAt(target, "name"), port);
      continue;
    }
    assert.deepEqual(at(service, "spec", "selector"), labels);
    assert.equal(textAt(target, "targetPort"), port);
  }
});

await chartTest("where no leader is elected the Service selects the one pod", async () => {
  const objects = await renderedObjects({ controller: { leaderElection: { enabled: false } } });
  const labels = at(objectOf(objects, "StatefulSet"), "spec", "template", "metadata", "labels");
  const service = objectOf(objects, "Service", PREFIX);
  assert.deepEqual(at(service, "spec", "selector"), labels);
  assert.equal(textAt(listAt(service, "spec", "ports")[0], "targetPort"), "agents");
});

await chartTest("several replicas are spread, and drained one by one", async () => {
  const one = await renderedObjects();
  assert.ok(!kindsOf(one).includes("PodDisruptionBudget"));
  const pod = at(objectOf(one, "StatefulSet"), "spec", "template", "spec");
  assert.equal(at(pod, "topologySpreadConstraints"), undefined);

  const objects = await renderedObjects({ controller: { replicas: 2 } });
  const workload = objectOf(objects, "StatefulSet");
  const labels = at(workload, "spec", "template", "metadata", "labels");
  const { spec } = objectOf(objects, "PodDisruptionBudget");
  assert.deepEqual(spec, { maxUnavailable: 1, selector: { matchLabels: labels } });
  const constraints = listAt(workload, "spec", "template", "spec", "topologySpreadConstraints");
  assert.deepEqual(constraints.map((one) => textAt(one, "topologyKey")), [
    "kubernetes.io/hostname",
    "topology.kubernetes.io/zone",
  ]);
  for (const constraint of constraints) {
    assert.equal(textAt(constraint, "whenUnsatisfiable"), "ScheduleAnyway");
    assert.deepEqual(at(constraint, "labelSelector", "matchLabels"), labels);
  }
});

await chartTest("labels of the user's join the pod's and never replace them", async () => {
  const { spec } = await statefulSet({
    podLabels: { team: "data", "app.kubernetes.io/instance": "another" },
    podAnnotations: { "checksum/config": "none", note: "yes" },
  });
  const labels = at(spec, "template", "metadata", "labels");
  assert.equal(textAt(labels, "team"), "data");
  assert.deepEqual({ ...Object(labels), ...Object(at(spec, "selector", "matchLabels")) }, labels);
  const annotations = at(spec, "template", "metadata", "annotations");
  assert.match(textAt(annotations, "checksum/config"), /^[0-9a-f]{64}$/);
  assert.equal(textAt(annotations, "note"), "yes");
});

await chartTest("a changed configuration changes the pod, and an equal one does not", async () => {
  const [first, again, changed, unrelated] = await Promise.all([
    checksum({}),
    checksum({}),
    checksum({ nudge: false }),
    checksum({ serviceAccount: { annotations: { a: "b" } } }),
  ]);
  assert.equal(first, again);
  assert.notEqual(first, changed);
  assert.equal(first, unrelated);
});

await chartTest("the certificate comes from exactly one place", async () => {
  const certManager = { enabled: true, issuerRef: { name: "internal", kind: "ClusterIssuer" } };
  const cases: readonly (readonly [tls: Values, secretName: string, kinds: readonly string[]])[] = [
    [{}, `${PREFIX}-agent-tls`, ["Secret"]],
    [{ existingSecret: "mine" }, "mine", []],
    [{ certManager }, `${PREFIX}-agent-certificate`, ["Certificate"]],
  ];
  for (const [tls, secretName, kinds] of cases) {
    const objects = await renderedObjects({ agent: { tls } });
    const pod = at(objectOf(objects, "StatefulSet"), "spec", "template", "spec");
    const [volume] = listAt(pod, "volumes").filter((one) => textAt(one, "name") === "tls");
    assert.equal(textAt(volume, "secret", "secretName"), secretName);
    const made = kindsOf(objects)
      .filter((kind) => kind === "Secret" || kind === "Certificate");
    assert.deepEqual(made, kinds);
  }
  const objects = await renderedObjects({ agent: { tls: { certManager } } });
  const { dnsNames, issuerRef } = Object(at(objectOf(objects, "Certificate"), "spec"));
  assert.deepEqual(dnsNames, [
    `${PREFIX}.${RELEASE.namespace}.svc`,
    `${PREFIX}.${RELEASE.namespace}`,
    PREFIX,
  ]);
  assert.deepEqual(issuerRef, {
    name: "internal",
    kind: "ClusterIssuer",
    group: "cert-manager.io",
  });
});

await chartTest(
  "a ServiceMonitor selects the one Service of metrics, with the labels asked for",
  async () => {
    const objects = await renderedObjects({
      serviceMonitor: { enabled: true, labels: { release: "prometheus" } },
    });
    const monitor = objectOf(objects, "ServiceMonitor");
    assert.equal(textAt(monitor, "metadata", "labels", "release"), "prometheus");
    const selector = Object.entries(Object(at(monitor, "spec", "selector", "matchLabels")));
    const selected = objects.filter((object) =>
      textAt(object, "kind") === "Service" &&
      selector.every(([key, value]) => textAt(object, "metadata", "labels", key) === value)
    );
    assert.deepEqual(selected.map((service) => textAt(service, "metadata", "name")), [
      `${PREFIX}-metrics`,
    ]);
    const [endpoint] = listAt(monitor, "spec", "endpoints");
    assert.equal(textAt(endpoint, "port"), "metrics");
    assert.equal(textAt(endpoint, "path"), "/metrics");
  },
);

await chartTest(
  "a NetworkPolicy lets in instances of what is watched, and readers of metrics",
  async () => {
    const instances = { matchLabels: { "cnpg.io/podRole": "instance" } };
    const reader = { podSelector: { matchLabels: { app: "prometheus" } } };
    const some = {
      matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "In", values: ["prod"] }],
    };
    const agents = [{ port: "agents" }];
    const status = [{ port: "status" }];
    const cases: readonly (readonly [values: Values, ingress: readonly unknown[]])[] = [
      [{ networkPolicy: { enabled: true } }, [
        { from: [{ podSelector: instances, namespaceSelector: {} }], ports: agents },
        { ports: status },
      ]],
      [{ networkPolicy: { enabled: true, metricsFrom: [reader] }, watchNamespaces: ["prod"] }, [
        { from: [{ podSelector: instances, namespaceSelector: some }], ports: agents },
        { ports: status, from: [reader] },
      ]],
    ];
    for (const [values, ingress] of cases) {
      const objects = await renderedObjects(values);
      const { spec } = objectOf(objects, "NetworkPolicy");
      assert.deepEqual(at(spec, "ingress"), ingress);
      assert.deepEqual(at(spec, "policyTypes"), ["Ingress"]);
      const labels = at(objectOf(objects, "StatefulSet"), "spec", "template", "metadata", "labels");
      assert.deepEqual(at(spec, "podSelector", "matchLabels"), labels);
    }
  },
);

async function statefulSet(values: Values = {}): Promise<JsonObject> {
  return objectOf(await renderedObjects(values), "StatefulSet");
}

async function checksum(values: Values): Promise<string> {
  const { spec } = await statefulSet(values);
  return textAt(spec, "template", "metadata", "annotations", "checksum/config");
}
