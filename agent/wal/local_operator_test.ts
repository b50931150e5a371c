import assert from "node:assert/strict";
import { createServer, type RequestListener } from "node:http";
import { createLocalOperator } from "./local_operator.ts";

interface LocalServer extends AsyncDisposable {
  readonly url: string;
}

async function serve(listener: RequestListener): Promise<LocalServer> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  return {
    url: `http://127.0.0.1:${port}/cache/cluster`,
    async [Symbol.asyncDispose](): Promise<void> {
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function ask(url: string): Promise<unknown> {
  return createLocalOperator(url).cluster(new AbortController().signal);
}

Deno.test("createLocalOperator() gives the cluster that it is told", async () => {
  await using server = await serve((_, response) => response.end('{"spec":{}}'));
  assert.deepEqual(await ask(server.url), { spec: {} });
});

Deno.test("createLocalOperator() rejects another status, another place and something endless", async () => {
  await using failing = await serve((_, response) => response.writeHead(503).end("later"));
  await assert.rejects(ask(failing.url), /expected status 200 from .*, found 503/);
  await using moving = await serve((_, response) =>
    response.writeHead(302, { location: "/elsewhere" }).end()
  );
  await assert.rejects(ask(moving.url), /expected an answer from/);
  await using endless = await serve((_, response) => response.end(`"${"x".repeat(3_000_000)}"`));
  await assert.rejects(ask(endless.url), /expected at most 2097152 bytes/);
});

Deno.test("createLocalOperator() says where nobody answered", async () => {
  const { url } = await (async () => {
    await using gone = await serve(() => {});
    return { url: gone.url };
  })();
  await assert.rejects(ask(url), new RegExp(`expected an answer from ${url}, found none`));
});
