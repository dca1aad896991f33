import { createServer } from 'node:net';
import { freePorts } from '../sandbox/base/free-port.ts';

/** Offshoot's own default ports where they are free, so that the URL is the one in the README; else any free ones. */
export async function chooseOffshootPorts(
  webhookHost: string,
): Promise<{ webhook: number; gateway: number; metrics: number }> {
  const wanted = [8080, 8081, 8082];
  const hosts = [webhookHost, '127.0.0.1', '127.0.0.1'];
  const [webhook = 0, gateway = 0, metrics = 0] = (
    await Promise.all(wanted.map((port, at) => isFree(port, hosts[at]!)))
  ).every(Boolean)
    ? wanted
    : await freePorts(wanted.length);
  return { webhook, gateway, metrics };
}

function isFree(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, host, () => probe.close(() => resolve(true)));
  });
}
