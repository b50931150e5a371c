/**
 * Certificates for servers on this machine's loopback address.
 *
 * @module
 */

// The library of certificates finds its parts by it.
import "reflect-metadata";
import {
  BasicConstraintsExtension,
  SubjectAlternativeNameExtension,
  type X509CertificateCreateParamsBase,
  X509CertificateGenerator,
} from "@peculiar/x509";

/** A server's certificate, its key, and the authority that vouches for it, in PEM. */
export interface LoopbackCertificate {
  readonly authority: string;
  readonly certificate: string;
  /** A secret: only for files that nobody else can read. */
  readonly privateKey: string;
}

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;

const AUTHORITY_NAME = "CN=cnpg-storage-manager-demo-authority";
const SERVER_NAME = "CN=cnpg-storage-manager-demo";

/** A machine whose clock was just set back must not refuse it; nor one that is left running for days. */
const VALID_BEFORE_MS = 3_600_000;
const VALID_AFTER_MS = 30 * 86_400_000;

/**
 * Makes a certificate for `127.0.0.1`, by an authority whose key is forgotten at once. Clients of the product
 * do not take an authority's own certificate for a server's.
 */
export async function createLoopbackCertificate(nowMs: number): Promise<LoopbackCertificate> {
  const common: X509CertificateCreateParamsBase = {
    notBefore: new Date(nowMs - VALID_BEFORE_MS),
    notAfter: new Date(nowMs + VALID_AFTER_MS),
    signingAlgorithm: ALGORITHM,
  };
  const authorityKeys = await generateKeys();
  const authority = await X509CertificateGenerator.createSelfSigned({
    ...common,
    serialNumber: "01",
    name: AUTHORITY_NAME,
    keys: authorityKeys,
    extensions: [new BasicConstraintsExtension(true, 0, true)],
  });
  const serverKeys = await generateKeys();
  const certificate = await X509CertificateGenerator.create({
    ...common,
    serialNumber: "02",
    subject: SERVER_NAME,
    issuer: AUTHORITY_NAME,
    publicKey: serverKeys.publicKey,
    signingKey: authorityKeys.privateKey,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new SubjectAlternativeNameExtension([
        { type: "ip", value: "127.0.0.1" },
        { type: "dns", value: "localhost" },
      ]),
    ],
  });
  return {
    authority: `${authority.toString("pem")}\n`,
    certificate: `${certificate.toString("pem")}\n`,
    privateKey: privateKeyText(await crypto.subtle.exportKey("pkcs8", serverKeys.privateKey)),
  };
}

function generateKeys(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
}

/** PEM has 64 characters a line (RFC 7468 §2). */
function privateKeyText(key: ArrayBuffer): string {
  const lines = btoa(String.fromCharCode(...new Uint8Array(key))).replace(/.{64}(?=.)/g, "$&\n");
  return `-----BEGIN PRIVATE KEY-----\n${lines}\n-----END PRIVATE KEY-----\n`;
}
