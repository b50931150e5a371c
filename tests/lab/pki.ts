/**
 * Certificates of a control plane that lives for one test, made by the `openssl` program.
 *
 * All are X.509 version 3 (they carry an extension section): rustls, which Deno uses, refuses version 1.
 *
 * @module
 */

import { run } from "./command.ts";

/** Longer than any test, short enough that a forgotten key is worth nothing. */
const VALID_DAYS = "2";

const OPENSSL_CONFIG = `[req]
distinguished_name = name
[name]
[authority]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[server]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = DNS:localhost, DNS:kubernetes.default.svc, IP:127.0.0.1
[client]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = clientAuth
`;

/** A certificate with its key, both PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** Who a client certificate speaks for. */
export interface Identity {
  /** Becomes the common name, which Kubernetes takes for the user name. */
  readonly user: string;
  /** Become organisations, which Kubernetes takes for groups. @default {[]} */
  readonly groups?: readonly string[] | undefined;
}

/** The certificate authority of one control plane, and files that its servers read. */
export interface Pki {
  readonly directory: string;
  /** PEM of the authority's certificate, which signs servers and clients. */
  readonly caCertificate: string;
  issueClient(identity: Identity): Promise<KeyPair>;
}

/** Paths of the files of a {@link Pki}. */
export function pkiFiles(directory: string): Readonly<
  Record<
    "caCertificate" | "serverCertificate" | "serverKey" | "tokenKey" | "tokenPublicKey",
    string
  >
> {
  return {
    caCertificate: `${directory}/ca.crt`,
    serverCertificate: `${directory}/server.crt`,
    serverKey: `${directory}/server.key`,
    tokenKey: `${directory}/service-account.key`,
    tokenPublicKey: `${directory}/service-account.pub`,
  };
}

/** Makes an authority, the API server's certificate and the key that signs ServiceAccount tokens. */
export async function createPki(directory: string): Promise<Pki> {
  await Deno.mkdir(directory, { recursive: true, mode: 0o700 });
  await Deno.writeTextFile(`${directory}/openssl.cnf`, OPENSSL_CONFIG);
  const files = pkiFiles(directory);
  await certify(directory, "ca", { section: "authority", subject: "/CN=lab-ca" });
  await certify(directory, "server", { section: "server", subject: "/CN=kube-apiserver" });
  await run("openssl", [
    ...["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
    ...["-out", files.tokenKey],
  ]);
  await run("openssl", ["pkey", "-in", files.tokenKey, "-pubout", "-out", files.tokenPublicKey]);
  let issued = 0;
  return {
    directory,
    caCertificate: await Deno.readTextFile(files.caCertificate),
    issueClient: (identity) => {
      issued++;
      const subject = (identity.groups ?? []).map((group) => `/O=${group}`).join("");
      return certify(directory, `client-${issued}`, {
        section: "client",
        subject: `${subject}/CN=${identity.user}`,
      });
    },
  };
}

async function certify(
  directory: string,
  name: string,
  what: { readonly section: "authority" | "server" | "client"; readonly subject: string },
): Promise<KeyPair> {
  const path = `${directory}/${name}`;
  const signer = what.section === "authority"
    ? []
    : ["-CA", `${directory}/ca.crt`, "-CAkey", `${directory}/ca.key`];
  await run("openssl", [
    ...["req", "-x509", "-config", `${directory}/openssl.cnf`, "-extensions", what.section],
    ...["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", VALID_DAYS],
    ...["-subj", what.subject, "-keyout", `${path}.key`, "-out", `${path}.crt`, ...signer],
  ]);
  const [certificate, key] = await Promise.all([
    Deno.readTextFile(`${path}.crt`),
    Deno.readTextFile(`${path}.key`),
  ]);
  return { certificate, key };
}
