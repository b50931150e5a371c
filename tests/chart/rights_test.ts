import assert from "node:assert/strict";
import type { JsonObject } from "../../kube/api.ts";
import { at, textAt } from "../lab/claim.ts";
import { chartTest, PREFIX, RELEASE, renderedObjects } from "./helm.ts";
import { kindsOf, listAt, objectOf, parseObjects } from "./manifests.ts";
import { FOREIGN_VALUE_SETS, VALUE_SETS } from "./value_sets.ts";

/** What the names of objects in the example begin with. */
const EXAMPLE_PREFIX = "cnpg-storage-manager";

/** Rights of a leader, each to one object of its own namespace. */
const LEADER_RULES = [
  "coordination.k8s.io leases create",
  "coordination.k8s.io leases get OWN",
  "coordination.k8s.io leases update OWN",
  "discovery.k8s.io endpointslices create",
  "discovery.k8s.io endpointslices get OWN-leader",
  "discovery.k8s.io endpointslices patch OWN-leader",
];

/** All that there is about nodes: where a kubelet answers, and what it measured. */
const NODE_RULES = [" nodes get", " nodes/stats get"];

const EXAMPLE = new URL("../../docs/rbac.example.yaml", import.meta.url);

/** What belongs to no namespace, or is in that of a CSI driver: a right to it cannot be limited to others. */
const CLUSTER_SCOPED = ["csistoragecapacities", "storageclasses", "tokenreviews"];

/** Rights from which others can be made, or that reach a shell or a credential. */
const NEVER_RESOURCES =
  /^(\*|.*\/exec|.*\/attach|.*\/portforward|.*\/ephemeralcontainers|nodes\/(?!stats$).*|secrets|serviceaccounts.*|configmaps|roles|.*rolebindings|clusterroles|.*webhookconfigurations|validatingadmissionpolic.*|customresourcedefinitions)$/;
const NEVER_VERBS = ["*", "escalate", "bind", "impersonate", "update", "deletecollection"];

const LEADER_BINDING = `RoleBinding ${RELEASE.namespace} ${PREFIX}-leader`;
const ACCOUNT = { kind: "ServiceAccount", name: PREFIX, namespace: RELEASE.namespace };

await chartTest(
  "the chart grants exactly the rights that the lab runs the controller under",
  async () => {
    const example = rulesOf(parseObjects(await Deno.readTextFile(EXAMPLE)), EXAMPLE_PREFIX);
    assert.deepEqual(rulesOf(await renderedObjects()), example);
    const blind = [{ watchNamespaces: ["prod"] }, { sources: { kubelet: { enabled: false } } }];
    for (const values of blind) {
      const withoutNodes = example.filter((rule) => !NODE_RULES.includes(rule));
      assert.deepEqual(rulesOf(await renderedObjects(values)), withoutNodes);
    }
    const alone = await renderedObjects({ controller: { leaderElection: { enabled: false } } });
    const elected = /^(coordination|discovery)\.k8s\.io /;
    assert.deepEqual(rulesOf(alone), example.filter((rule) => !elected.test(rule)));
  },
);

for (const [name, values] of [...VALUE_SETS, ...FOREIGN_VALUE_SETS]) {
  await chartTest(`no right leads further in the chart with ${name}`, async () => {
    const { fullnameOverride: prefix = PREFIX } = values;
    for (const rule of rulesOf(await renderedObjects(values), String(prefix))) {
      if (LEADER_RULES.includes(rule)) continue;
      const [group = "", resource = "", verb = ""] = rule.split(" ");
      assert.notEqual(group, "*");
      assert.doesNotMatch(resource, NEVER_RESOURCES);
      assert.ok(!NEVER_VERBS.includes(verb), rule);
      assert.equal(!resource.startsWith("nodes") || NODE_RULES.includes(rule), true, rule);
      assert.equal(verb !== "delete" || resource === "storageevents", true, rule);
    }
  });
}

await chartTest("a leader has its rights in its own namespace alone", async () => {
  const role = objectOf(await renderedObjects(), "Role");
  assert.equal(textAt(role, "metadata", "namespace"), RELEASE.namespace);
  assert.deepEqual(rulesOf([role]), LEADER_RULES);
});

await chartTest("without watchNamespaces the account has its rights everywhere", async () => {
  const objects = await renderedObjects();
  assert.deepEqual(bindingsOf(objects), [
    `ClusterRoleBinding  ${PREFIX}`,
    `ClusterRoleBinding  ${PREFIX}-cluster`,
    LEADER_BINDING,
  ]);
});

await chartTest(
  "with watchNamespaces it has only in them what belongs to a namespace",
  async () => {
    const objects = await renderedObjects({ watchNamespaces: ["prod", "staging"] });
    assert.deepEqual(bindingsOf(objects), [
      `ClusterRoleBinding  ${PREFIX}-cluster`,
      LEADER_BINDING,
      `RoleBinding prod ${PREFIX}`,
      `RoleBinding staging ${PREFIX}`,
    ]);
    const everywhere = rulesOf([objectOf(objects, "ClusterRole", `${PREFIX}-cluster`)]);
    assert.deepEqual(
      [...new Set(everywhere.map((rule) => rule.split(" ")[1]))].sort(),
      CLUSTER_SCOPED,
    );
  },
);

await chartTest("rbac.create and serviceAccount.create leave both to somebody else", async () => {
  const objects = await renderedObjects({
    rbac: { create: false },
    serviceAccount: { create: false, name: "keeper" },
  });
  const kinds = kindsOf(objects);
  assert.ok(!kinds.some((kind) => /Role|ServiceAccount/.test(kind)), kinds.join());
  const pod = at(objectOf(objects, "StatefulSet"), "spec", "template", "spec");
  assert.equal(textAt(pod, "serviceAccountName"), "keeper");
});

await chartTest("an account that somebody else made is the one that gets the rights", async () => {
  const objects = await renderedObjects({ serviceAccount: { create: false, name: "keeper" } });
  for (const binding of objects.filter((object) => /Binding/.test(textAt(object, "kind")))) {
    assert.deepEqual(at(binding, "subjects"), [{ ...ACCOUNT, name: "keeper" }]);
  }
});

/** `GROUP RESOURCE VERB [NAME]` of everything that roles grant, sorted; OWN stands for the prefix of names. */
function rulesOf(objects: readonly JsonObject[], prefix: string = PREFIX): string[] {
  const rules = objects
    .filter((object) => /^(Cluster)?Role$/.test(textAt(object, "kind")))
    .flatMap((role) => listAt(role, "rules"));
  return rules.flatMap((rule) => {
    // A rule that says more is none that the example knows.
    const { resourceNames, ...rest } = Object(rule);
    assert.deepEqual(Object.keys(rest).sort(), ["apiGroups", "resources", "verbs"]);
    const names = resourceNames === undefined ? [""] : listAt(rule, "resourceNames").map(String);
    return listAt(rule, "apiGroups").flatMap((group) =>
      listAt(rule, "resources").flatMap((resource) =>
        listAt(rule, "verbs").flatMap((verb) =>
          names.map((name) =>
            `${group} ${resource} ${verb} ${name.replace(prefix, "OWN")}`.trimEnd()
          )
        )
      )
    );
  }).sort();
}

/** `KIND NAMESPACE ROLE` of every binding, sorted, each to the release's account. */
function bindingsOf(objects: readonly JsonObject[]): string[] {
  return objects.filter((object) => /Binding$/.test(textAt(object, "kind"))).map((binding) => {
    assert.deepEqual(at(binding, "subjects"), [ACCOUNT]);
    const [kind, role] = [textAt(binding, "roleRef", "kind"), textAt(binding, "roleRef", "name")];
    assert.equal(textAt(objectOf(objects, kind, role), "metadata", "name"), role);
    return [textAt(binding, "kind"), textAt(binding, "metadata", "namespace"), role].join(" ");
  }).sort();
}
