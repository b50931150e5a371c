import assert from "node:assert/strict";
import { startFakeApiServer } from "../../kube/testing/fake_api_server.ts";
import { failureLines } from "../present/failure.ts";
import { CLUSTER_STORAGES } from "../read/resources.ts";
import type { Surroundings } from "./connection_flags.ts";
import { LoginError, openApi } from "./open_api.ts";
import { NoContextError } from "./select_context.ts";
import { UnreachableError } from "./unreachable_error.ts";

/** A machine whose files are these. */
function around(files: Readonly<Record<string, string>>): Surroundings {
  return {
    environment: (name) => name === "HOME" ? "/home/jane" : undefined,
    readTextFile(path: string): Promise<string> {
      const text = files[path];
      return text === undefined
        ? Promise.reject(new Deno.errors.NotFound(path))
        : Promise.resolve(text);
    },
    isNotFound: (error) => error instanceof Deno.errors.NotFound,
  };
}

function machine(server: string, user: object): Surroundings {
  return around({
    "/home/jane/.kube/config": JSON.stringify({
      "current-context": "a",
      "clusters": [{ name: "a", cluster: { server } }],
      "users": [{ name: "a", user }],
      "contexts": [{ name: "a", context: { cluster: "a", user: "a", namespace: "database" } }],
    }),
    "/home/jane/.kube/token": "from-file\n",
  });
}

/** Users, and how they show themselves. */
const USERS: readonly (readonly [object, string | undefined])[] = [
  [{}, undefined],
  [{ token: "abc" }, "Bearer abc"],
  [{ tokenFile: "token" }, "Bearer from-file"],
  [{ username: "jane", password: "secret" }, `Basic ${btoa("jane:secret")}`],
];

for (const [user, authorization] of USERS) {
  Deno.test(`openApi() shows a user with ${Object.keys(user)} as ${authorization}`, async () => {
    await using server = await startFakeApiServer();
    const { api, namespace, close } = await openApi({}, machine(server.url, user));
    await api.list(CLUSTER_STORAGES, { namespace });
    close();
    const { path, headers } = server.requests[0] ?? {};
    assert.equal(path, "/apis/cnpg.supporttools.io/v1alpha1/namespaces/database/clusterstorages");
    assert.equal(headers?.["authorization"], authorization);
    assert.match(String(headers?.["user-agent"]), /^kubectl-cnpg_storage\//);
  });
}

Deno.test("a connection that breaks is told at once and not tried again", async () => {
  await using server = await startFakeApiServer();
  for (const kind of ["reset", "truncate"] as const) {
    server.fault("list", { kind });
    const { api, close } = await openApi({}, machine(server.url, {}));
    await assert.rejects(api.list(CLUSTER_STORAGES, {}), UnreachableError, kind);
    close();
  }
  assert.equal(server.requests.length, 2);
});

Deno.test("openApi() sends no credential in the clear to another machine", async () => {
  const plain = "http://api.example:8080";
  await assert.rejects(openApi({}, machine(plain, { token: "abc" })), /expected https/);
  await assert.rejects(
    openApi({}, machine(plain, { username: "jane", password: "secret" })),
    /expected https/,
  );
});

Deno.test("openApi() says what is missing", async () => {
  await assert.rejects(openApi({}, around({})), NoContextError);
  await assert.rejects(
    openApi({ kubeconfig: "/no/file" }, around({})),
    /cannot use kubeconfig \/no\/file: no such file or directory/,
  );
  const exec = { command: "sh", args: ["-c", "echo no ticket >&2; exit 1"] };
  await assert.rejects(
    openApi({}, machine("https://127.0.0.1:1", { exec })),
    (error) => error instanceof LoginError && /failed: no ticket$/.test(error.message),
  );
});

const SECRET = "c2VjcmV0";

function execUser(script: string): object {
  return {
    exec: {
      apiVersion: "client.authentication.k8s.io/v1",
      command: "sh",
      args: ["-c", script],
      env: [{ name: "PRINTED", value: SECRET }],
    },
  };
}

/** Users whose secret is of no use, and what is said of it. */
const USELESS: Readonly<Record<string, readonly [object, RegExp]>> = {
  "a token of two lines": [{ token: `${SECRET}\n${SECRET}` }, /expected visible characters/],
  "a plugin that prints a bare token": [execUser('echo "$PRINTED"'), /expected an ExecCredential/],
  "a plugin that breaks off": [
    execUser(`echo '{"status":{"token":"'"$PRINTED"`),
    /expected an ExecCredential/,
  ],
  "a plugin that fails silently": [execUser('echo "$PRINTED"; exit 1'), /did not say why/],
};

for (const [name, [user, message]] of Object.entries(USELESS)) {
  Deno.test(`openApi() tells of ${name} without the secret`, async () => {
    await assert.rejects(openApi({}, machine("https://127.0.0.1:1", user)), (error) => {
      assert.ok(error instanceof LoginError);
      assert.match(error.message, message);
      assert.ok(!Deno.inspect(error).includes(SECRET), Deno.inspect(error));
      return true;
    });
  });
}

/** Users whose secret is sent, or meant to be. */
const SECRETS: readonly object[] = [
  { token: SECRET },
  { username: "jane", password: SECRET },
  { "client-certificate-data": btoa(SECRET), "client-key-data": btoa(SECRET) },
  { "client-certificate-data": SECRET, "client-key-data": SECRET },
];

for (const user of SECRETS) {
  Deno.test(`a server that fails a user with ${Object.keys(user)} is told without the secret`, async () => {
    await using server = await startFakeApiServer();
    for (
      const address of [server.url, server.url.replace("http:", "https:"), "https://127.0.0.1:1"]
    ) {
      server.fault("list", { kind: "status", code: 500, reason: "InternalError" });
      const shown = await openApi({}, machine(address, user)).then(async ({ api, close }) => {
        return await api.list(CLUSTER_STORAGES, {}).then(
          () => "",
          (error: unknown) => failureLines(error).join(),
        ).finally(close);
      }, (error: unknown) => failureLines(error).join());
      assert.notEqual(shown, "", address);
      assert.ok(!shown.includes(SECRET) && !shown.includes(btoa(SECRET)), shown);
    }
  });
}

Deno.test("openApi() names the token file that it cannot read", async () => {
  const user = { tokenFile: "gone" };
  await assert.rejects(
    openApi({}, machine("https://127.0.0.1:1", user)),
    /cannot use token file \/home\/jane\/\.kube\/gone: no such file or directory/,
  );
});
