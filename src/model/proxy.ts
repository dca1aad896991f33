/** An HTTP proxy, in the words of the environment variables that git, curl, Python and Node read. */
export interface Proxy {
  /** URL of the proxy for http URLs … */
  http?: string | undefined;
  /** … and for https URLs; usually the same. */
  https?: string | undefined;
  /** Hosts that are reached without it: names, suffixes and addresses, separated by commas. */
  no?: string | undefined;
}

/** In both spellings: curl reads `http_proxy` in lower case only, others read capitals. */
export const proxyVariables = ({ http, https, no }: Proxy): Record<string, string> =>
  Object.fromEntries(
    Object.entries({ HTTP_PROXY: http, HTTPS_PROXY: https, NO_PROXY: no }).flatMap(([name, value]) =>
      value
        ? [
            [name, value],
            [name.toLowerCase(), value],
          ]
        : [],
    ),
  );

/** From the settings of the same names; undefined: there is none. */
export const proxyOf = ({
  httpProxy: http,
  httpsProxy: https,
  noProxy: no,
}: ProxySettings): Proxy | undefined => (http || https ? { http, https, no } : undefined);

interface ProxySettings {
  httpProxy?: string | undefined;
  httpsProxy?: string | undefined;
  noProxy?: string | undefined;
}
