/**
 * The proxy that the environment names for a server, as Go's `http.ProxyFromEnvironment` reads it, which kubectl
 * uses.
 *
 * @module
 */

/** Never proxied, whatever the environment says. */
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/** Address of the proxy, or undefined where the server is reached directly. */
export function proxyOf(
  server: string,
  environment: (name: string) => string | undefined,
): string | undefined {
  const url = URL.parse(server);
  if (url === null || LOOPBACK.test(url.hostname)) return undefined;
  const either = (name: string) => environment(name) || environment(name.toLowerCase());
  const proxy = either(url.protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY");
  if (proxy === undefined || proxy === "") return undefined;
  const exceptions = (either("NO_PROXY") ?? "").split(",").map((word) => word.trim());
  if (exceptions.some((exception) => excepts(exception, url))) return undefined;
  return proxy.includes("://") ? proxy : `http://${proxy}`;
}

/** `*`, a host or domain with all below it, optionally with a port. Address ranges are not understood. */
function excepts(exception: string, url: URL): boolean {
  if (exception === "*") return true;
  const [, domain = "", port] = /^\*?\.?([^:]+)(?::(\d+))?$/.exec(exception) ?? [];
  if (domain === "" || (port !== undefined && port !== portOf(url))) return false;
  return url.hostname === domain || url.hostname.endsWith(`.${domain}`);
}

function portOf(url: URL): string {
  if (url.port !== "") return url.port;
  return url.protocol === "https:" ? "443" : "80";
}
