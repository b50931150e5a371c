import assert from "node:assert/strict";
import { createPrivateKey, X509Certificate } from "node:crypto";

import { createLoopbackCertificate } from "./certificates.ts";

const NOW_MS = Date.UTC(2026, 0, 1);

Deno.test("createLoopbackCertificate() makes a server's certificate that its authority signed", async () => {
  const made = await createLoopbackCertificate(NOW_MS);
  const authority = new X509Certificate(made.authority);
  const certificate = new X509Certificate(made.certificate);
  assert.equal(authority.ca, true);
  assert.equal(certificate.ca, false);
  assert.equal(certificate.verify(authority.publicKey), true);
  assert.equal(certificate.checkIssued(authority), true);
  assert.equal(certificate.checkPrivateKey(createPrivateKey(made.privateKey)), true);
});

Deno.test("createLoopbackCertificate() names this machine alone, for a month", async () => {
  const { certificate } = await createLoopbackCertificate(NOW_MS);
  const parsed = new X509Certificate(certificate);
  assert.equal(parsed.checkIP("127.0.0.1"), "127.0.0.1");
  assert.equal(parsed.checkHost("localhost"), "localhost");
  assert.equal(parsed.checkIP("127.0.0.2"), undefined);
  assert.equal(parsed.validFromDate < new Date(NOW_MS), true);
  assert.equal(parsed.validToDate > new Date(NOW_MS + 29 * 86_400_000), true);
});

Deno.test("createLoopbackCertificate() makes another key every time", async () => {
  const [one, other] = await Promise.all([
    createLoopbackCertificate(NOW_MS),
    createLoopbackCertificate(NOW_MS),
  ]);
  assert.notEqual(one.privateKey, other.privateKey);
});
