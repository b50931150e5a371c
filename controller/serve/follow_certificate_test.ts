import assert from "node:assert/strict";

import { createFakeClock, type FakeClock } from "../../kube/testing/fake_clock.ts";
import {
  createRecordingLogger,
  type RecordingLogger,
} from "../../kube/testing/recording_logger.ts";
import { type CertificatePair, readCertificatePair } from "./certificate_pair.ts";
import { followCertificate } from "./follow_certificate.ts";
import { testFile } from "./testing/test_file.ts";

const FILES = { certFile: "tls.crt", keyFile: "tls.key" };

interface Following {
  readonly clock: FakeClock;
  readonly logger: RecordingLogger;
  readonly files: Map<string, string>;
  readonly replaced: CertificatePair[];
  stop(): Promise<void>;
}

async function read(files: Map<string, string>, path: string): Promise<string> {
  const text = await Promise.resolve(files.get(path));
  if (text === undefined) throw new Error(`No such file ${path}`);
  return text;
}

async function follow(): Promise<Following> {
  const clock = createFakeClock();
  const logger = createRecordingLogger();
  const files = new Map([
    ["tls.crt", await testFile("first.crt")],
    ["tls.key", await testFile("first.key")],
  ]);
  const replaced: CertificatePair[] = [];
  const ending = new AbortController();
  function readTextFile(path: string): Promise<string> {
    return read(files, path);
  }
  const following = followCertificate({
    files: FILES,
    current: await readCertificatePair(FILES, readTextFile),
    readTextFile,
    clock,
    logger,
    replace: (pair) => void replaced.push(pair),
  }, ending.signal);
  return {
    clock,
    logger,
    files,
    replaced,
    stop(): Promise<void> {
      ending.abort();
      return following;
    },
  };
}

Deno.test("followCertificate() does nothing while the files stay the same", async () => {
  const { clock, logger, replaced, stop } = await follow();
  await clock.advance(60_000);
  assert.deepEqual([replaced, logger.lines], [[], []]);
  await stop();
});

Deno.test("followCertificate() hands over another pair once", async () => {
  const { clock, logger, files, replaced, stop } = await follow();
  files.set("tls.crt", await testFile("second.crt"));
  files.set("tls.key", await testFile("second.key"));
  await clock.advance(9_999);
  assert.equal(replaced.length, 0);
  await clock.advance(50_001);
  assert.deepEqual(replaced.map(({ certificate }) => certificate), [await testFile("second.crt")]);
  assert.equal(logger.lines.length, 1);
  await stop();
});

Deno.test("followCertificate() waits for the key of a new certificate", async () => {
  const { clock, logger, files, replaced, stop } = await follow();
  files.set("tls.crt", await testFile("second.crt"));
  await clock.advance(30_000);
  assert.equal(replaced.length, 0);
  assert.deepEqual(logger.lines.map(({ level, fields }) => [level, fields.error]), [
    ["warn", "Cannot use tls.key: expected the key of the certificate in tls.crt"],
  ]);
  files.set("tls.key", await testFile("second.key"));
  await clock.advance(10_000);
  assert.equal(replaced.length, 1);
  await stop();
});

Deno.test("followCertificate() lives through files that are gone or rubbish", async () => {
  const { clock, logger, files, replaced, stop } = await follow();
  files.delete("tls.crt");
  await clock.advance(20_000);
  files.set("tls.crt", "rubbish");
  await clock.advance(20_000);
  files.set("tls.crt", await testFile("first.crt"));
  files.set("tls.key", "s3cret rubbish");
  await clock.advance(20_000);
  assert.equal(replaced.length, 0);
  assert.deepEqual(logger.lines.map(({ fields }) => fields.error), [
    "No such file tls.crt",
    "Cannot use tls.crt: expected a certificate in PEM",
    "Cannot use tls.key: expected a private key in PEM",
  ]);
  await stop();
});
