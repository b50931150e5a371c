/**
 * A certificate with its private key, read and checked before a server gets it.
 *
 * Adapter: the parsers of Node's `crypto`.
 *
 * @module
 */

import { createPrivateKey, X509Certificate } from "node:crypto";

import { Redacted } from "../../kube/redacted.ts";

/** A certificate chain and the key of its first certificate, in PEM. */
export interface CertificatePair {
  readonly certificate: string;
  readonly privateKey: Redacted;
  /** Last moment at which the certificate is valid, since the Unix epoch. */
  readonly expiresAtMs: number;
}

/** Where a pair lies. */
export interface CertificateFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

/** Reads a whole file as text. */
export type ReadTextFile = (path: string) => Promise<string>;

/**
 * Reads a pair.
 *
 * The server would take anything and then fail every handshake, so what is wrong must be found here. A pair
 * whose files are being exchanged may not match for a moment.
 *
 * @throws {Error} If a file can't be read, is no PEM, or the two don't belong together. The key's text is in no message.
 */
export async function readCertificatePair(
  { certFile, keyFile }: CertificateFiles,
  readTextFile: ReadTextFile,
): Promise<CertificatePair> {
  const certificate = await readTextFile(certFile);
  const privateKey = await readTextFile(keyFile);
  const parsed = attempt(
    `Cannot use ${certFile}: expected a certificate in PEM`,
    () => new X509Certificate(certificate),
  );
  const key = attempt(
    `Cannot use ${keyFile}: expected a private key in PEM`,
    () => createPrivateKey(privateKey),
  );
  if (!parsed.checkPrivateKey(key)) {
    throw new Error(`Cannot use ${keyFile}: expected the key of the certificate in ${certFile}`);
  }
  return {
    certificate,
    privateKey: new Redacted(privateKey),
    expiresAtMs: Date.parse(parsed.validTo),
  };
}

function attempt<Value>(message: string, parse: () => Value): Value {
  try {
    return parse();
  } catch {
    // The parser's own words may quote what it read.
    throw new Error(message);
  }
}
