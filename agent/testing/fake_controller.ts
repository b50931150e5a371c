/**
 * A controller's side of the wire: a real HTTPS server with a CA of its own.
 *
 * Adapter: listens on the loopback address, and runs `openssl` to make certificates.
 *
 * @module
 */

import { type Report, type ReportAnswer, reportSchema } from "../../lib/report/report.ts";

/** A received report and who sent it. */
export interface ReceivedReport {
  readonly report: Report;
  readonly authorization: string | null;
}

/** The server. */
export interface FakeController extends AsyncDisposable {
  readonly url: string;
  /** PEM of the CA that signed the server's certificate. */
  readonly ca: string;
  readonly received: readonly ReceivedReport[];
  /** Answers from now on. */
  answer: ReportAnswer;
  /** Waits for a report that matches, received before or later. */
  waitFor(matches: (received: ReceivedReport) => boolean): Promise<ReceivedReport>;
}

/** No process takes this long to start, even on a loaded machine. */
const WAIT_MS = 20_000;

const EXTENSIONS = "subjectAltName=DNS:localhost,IP:127.0.0.1\n";

/** Starts a server on a free port. */
export async function startFakeController(
  directory: string,
  answer: ReportAnswer,
): Promise<FakeController> {
  const { ca, cert, key } = await makeCertificates(directory);
  const received: ReceivedReport[] = [];
  const waiters = new Set<() => void>();
  const server = Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    cert,
    key,
    onListen: () => {},
  }, async (request) => {
    const report = reportSchema.parse(await request.json());
    received.push({ report, authorization: request.headers.get("authorization") });
    for (const wake of waiters) wake();
    return Response.json(controller.answer);
  });
  const controller: FakeController = {
    url: `https://localhost:${server.addr.port}`,
    ca,
    received,
    answer,
    async waitFor(matches): Promise<ReceivedReport> {
      const late = AbortSignal.timeout(WAIT_MS);
      for (;;) {
        const found = received.find(matches);
        if (found !== undefined) return found;
        late.throwIfAborted();
        await new Promise<void>((resolve) => {
          const wake = (): void => {
            late.removeEventListener("abort", wake);
            waiters.delete(wake);
            resolve();
          };
          waiters.add(wake);
          late.addEventListener("abort", wake, { once: true });
        });
      }
    },
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
  return controller;
}

async function makeCertificates(
  directory: string,
): Promise<{ readonly ca: string; readonly cert: string; readonly key: string }> {
  await Deno.writeTextFile(`${directory}/extensions`, EXTENSIONS);
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  await openssl(
    directory,
    ["req", "-x509", ...newKey, "-keyout", "ca.key", "-out", "ca.crt", "-subj", "/CN=test CA"],
  );
  await openssl(
    directory,
    ["req", ...newKey, "-keyout", "leaf.key", "-out", "leaf.csr", "-subj", "/CN=localhost"],
  );
  const authority = ["-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", "1"];
  await openssl(
    directory,
    ["x509", "-req", "-in", "leaf.csr", ...authority, "-extfile", "extensions", "-out", "leaf.crt"],
  );
  const [ca, cert, key] = await Promise.all(
    ["ca.crt", "leaf.crt", "leaf.key"].map((name) => Deno.readTextFile(`${directory}/${name}`)),
  );
  if (ca === undefined || cert === undefined || key === undefined) {
    throw new Error("Cannot make certificates: expected three files");
  }
  return { ca, cert, key };
}

async function openssl(directory: string, args: readonly string[]): Promise<void> {
  const command = new Deno.Command("openssl", {
    args: [...args],
    cwd: directory,
    stdout: "null",
    stderr: "piped",
  });
  const { success, stderr } = await command.output();
  if (!success) throw new Error(`Cannot run openssl: ${new TextDecoder().decode(stderr)}`);
}
