import { setGlobalProxyFromEnv } from 'node:http';
import { proxyOf, proxyVariables } from '../model/proxy.ts';
import type { Config } from '../config/api.ts';

/**
 * From here on, requests to GitHub and Slack go through the proxy of the settings. Those to the API server and to previews do not: they have
 * dispatchers of their own.
 */
export function useProxy(config: Config): Config {
  const proxy = proxyOf(config);
  if (proxy) setGlobalProxyFromEnv(proxyVariables(proxy));
  return config;
}
