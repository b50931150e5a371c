/**
 * Tokens that nobody should accept, made of one that is good.
 *
 * @module
 */

import { parseJsonObject } from "../../kube/json.ts";
import { run } from "./command.ts";

const ALGORITHM = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };

/**
 * Signs the claims of `template`, with `changes` to them, by a private key (PKCS #8 in PEM).
 *
 * With the lab's own key and no changes the result is as good as the template.
 */
export async function forgeToken(
  template: string,
  changes: Readonly<Record<string, unknown>>,
  keyPem: string,
): Promise<string> {
  const [header = "", payload = ""] = template.split(".");
  const claims = parseJsonObject(
    new TextDecoder().decode(decode(payload)),
    "the claims of a token",
  );
  const signed = `${header}.${
    encode(new TextEncoder().encode(JSON.stringify({ ...claims, ...changes })))
  }`;
  const der = decode(keyPem.replaceAll(/-----[A-Z ]+-----|\s/g, ""));
  const key = await crypto.subtle.importKey("pkcs8", der, ALGORITHM, false, ["sign"]);
  const signature = await crypto.subtle.sign(ALGORITHM.name, key, new TextEncoder().encode(signed));
  return `${signed}.${encode(new Uint8Array(signature))}`;
}

/** Makes a private key that the API server has never seen; PEM. */
export async function generateKey(): Promise<string> {
  return await run("openssl", ["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]);
}

function decode(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.fromBase64(text.replaceAll("-", "+").replaceAll("_", "/"));
}

function encode(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}
