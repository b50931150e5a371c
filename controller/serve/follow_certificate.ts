/**
 * Notices when a certificate was renewed.
 *
 * @module
 */

import type { Clock } from "../../kube/clock.ts";
import { errorText, type Logger } from "../../kube/logger.ts";
import {
  type CertificateFiles,
  type CertificatePair,
  readCertificatePair,
  type ReadTextFile,
} from "./certificate_pair.ts";

/**
 * The kubelet exchanges a Secret's files by moving a symbolic link, which file watches miss; reading two small
 * files costs nothing (`kubernetes.md` B7).
 */
const POLL_INTERVAL_MS = 10_000;

/** What following needs. */
export interface FollowOptions {
  readonly files: CertificateFiles;
  /** The pair in use at the beginning. */
  readonly current: CertificatePair;
  readonly readTextFile: ReadTextFile;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Called with every new pair. */
  readonly replace: (pair: CertificatePair) => void;
}

/**
 * Calls `replace` whenever the files hold another valid pair, until `signal` is aborted. A pair that can't be
 * used leaves the one before in use; it is logged once, not with every look.
 */
export async function followCertificate(
  options: FollowOptions,
  signal: AbortSignal,
): Promise<void> {
  const { files, readTextFile, clock, logger, replace } = options;
  let current = options.current;
  let complaint: string | undefined;
  while (await slept(clock, signal)) {
    try {
      const pair = await readCertificatePair(files, readTextFile);
      complaint = undefined;
      if (isSame(pair, current)) continue;
      replace(pair);
      current = pair;
      logger.info("Replaced the server's certificate", {
        certFile: files.certFile,
        expiresAt: new Date(pair.expiresAtMs),
      });
    } catch (error) {
      if (complaint === errorText(error)) continue;
      complaint = errorText(error);
      logger.warn("Cannot replace the server's certificate; the one before stays in use", {
        error: complaint,
      });
    }
  }
}

/** False once the wait was aborted. */
async function slept(clock: Clock, signal: AbortSignal): Promise<boolean> {
  try {
    await clock.sleep(POLL_INTERVAL_MS, signal);
    return !signal.aborted;
  } catch {
    return false;
  }
}

function isSame(first: CertificatePair, second: CertificatePair): boolean {
  return first.certificate === second.certificate &&
    first.privateKey.reveal() === second.privateKey.reveal();
}
