/**
 * What the command line says about the API server: kubectl's own flags, which it does not hand to plugins.
 *
 * @module
 */

/** Flags that name a server, a user and a namespace; absent ones are the kubeconfig's to say. */
export interface ConnectionFlags {
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  readonly cluster?: string | undefined;
  readonly user?: string | undefined;
  readonly namespace?: string | undefined;
  /** Impersonated user. */
  readonly as?: string | undefined;
  /** Impersonated groups. */
  readonly asGroup?: readonly string[] | undefined;
}

/** The process around the plugin, as far as connections look at it. */
export interface Surroundings {
  environment(name: string): string | undefined;
  readonly readTextFile: (path: string) => Promise<string>;
  /** Tells whether reading failed because there is no such file. */
  isNotFound(error: unknown): boolean;
}
