import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { withSection } from '../../helm/generated-section.ts';
import { settingsTable } from '../../helm/settings-table.ts';
import { readConfig, settings, variables } from '../../src/config/config.ts';

test('without anything, every server listens on this machine alone', () => {
  expect(readConfig({}, {})).toMatchObject({
    webhookListen: { host: '127.0.0.1', port: 8080 },
    gatewayListen: { host: '127.0.0.1', port: 8081 },
    metricsListen: { host: '127.0.0.1', port: 8082 },
    slackApiUrl: 'https://slack.com/api/',
    logLevel: 'info',
  });
});

test('a flag is stronger than its variable, and an empty variable is none', () => {
  const environment = { OFFSHOOT_LOG_LEVEL: 'debug', OFFSHOOT_WEBHOOK_LISTEN: '', KUBECONFIG: '/etc/kube' };
  expect(readConfig(environment, { logLevel: 'warn' })).toMatchObject({
    logLevel: 'warn',
    webhookListen: { port: 8080 },
    kubeconfig: '/etc/kube',
  });
});

test.each([
  ['0.0.0.0:80', { host: '0.0.0.0', port: 80 }],
  ['[::1]:8080', { host: '::1', port: 8080 }],
  ['*:8080', { host: '*', port: 8080 }],
  ['localhost:0', { host: 'localhost', port: 0 }],
  ['127.0.0.1:65535', { host: '127.0.0.1', port: 65_535 }],
])('%s is an address to listen on', (text, address) => {
  expect(readConfig({}, { gatewayListen: text }).gatewayListen).toEqual(address);
});

test('a proxy is read in both spellings, and with or without its scheme', () => {
  expect(readConfig({ https_proxy: 'proxy.corp:3128', no_proxy: '.corp' }, {})).toMatchObject({
    httpsProxy: expect.stringMatching(/^http:\/\/proxy\.corp:3128/) as string,
    noProxy: '.corp',
  });
  expect(readConfig({ HTTP_PROXY: 'http://[fd00::1]:3128', http_proxy: 'http://other' }, {}).httpProxy).toBe(
    'http://[fd00::1]:3128',
  );
});

test('F15: no proxy is trusted unless it is named, by address or by range', () => {
  expect(readConfig({}, {}).trustedProxies).toEqual([]);
  const flags = { trustedProxies: '10.0.0.0/8, 192.0.2.7,fd00::/8' };
  expect(readConfig({}, flags).trustedProxies).toEqual(['10.0.0.0/8', '192.0.2.7', 'fd00::/8']);
});

test.each([
  ['OFFSHOOT_TRUSTED_PROXIES', 'ingress.example.com', /must be IP addresses and CIDRs/],
  ['OFFSHOOT_TRUSTED_PROXIES', '10.0.0.0/33', /must be IP addresses and CIDRs/],
  ['OFFSHOOT_TRUSTED_PROXIES', '10.0.0.1,', /must be IP addresses and CIDRs/],
  ['OFFSHOOT_TRUSTED_PROXIES', '*', /must be IP addresses and CIDRs/],
  ['OFFSHOOT_WEBHOOK_LISTEN', '8080', /must be HOST:PORT, such as 127\.0\.0\.1:8080/],
  ['OFFSHOOT_GATEWAY_LISTEN', 'localhost', /must be HOST:PORT/],
  ['OFFSHOOT_METRICS_LISTEN', '127.0.0.1:99999', /must be HOST:PORT/],
  ['OFFSHOOT_METRICS_LISTEN', '::1:80', /must be HOST:PORT/],
  ['OFFSHOOT_GITHUB_WEBHOOK_SECRET', 'github-app', /must be NAMESPACE\/NAME of a Secret/],
  ['OFFSHOOT_SLACK_API_URL', 'slack', /URL/],
  ['OFFSHOOT_SLACK_API_URL', 'file:///etc/passwd', /URL/],
  ['OFFSHOOT_SYNCED_URL', '10.0.0.1:8080', /URL/],
  ['OFFSHOOT_SYNCED_URL', 'javascript:alert(1)', /URL/],
  ['OFFSHOOT_CLUSTER_DNS', '10.96.0.10, dns.example.com', /must be IP addresses, separated by commas/],
  ['OFFSHOOT_LOG_LEVEL', 'loud', /"trace"|"info"/],
  ['OFFSHOOT_USER_IDS', 'mine', /"own"|"assigned"/],
  ['HTTPS_PROXY', 'socks5://proxy.corp', /must be the URL of an HTTP proxy/],
  ['HTTPS_PROXY', 'http://user:secret@proxy.corp:3128', /must not contain credentials/],
])('%s=%s is refused by name', (variable, value, why) => {
  const start = () => readConfig({ [variable]: value }, {});
  expect(start).toThrow(variable);
  expect(start).toThrow(why);
});

test('every wrong setting is named at once', () => {
  expect(() => readConfig({ OFFSHOOT_LOG_LEVEL: 'loud', OFFSHOOT_WEBHOOK_LISTEN: 'x' }, {})).toThrow(
    /OFFSHOOT_WEBHOOK_LISTEN: [^]*OFFSHOOT_LOG_LEVEL: /,
  );
});

test('the address that git-sync is given never ends in a slash', () => {
  expect(readConfig({}, { syncedUrl: 'http://10.0.0.1:8080//' }).syncedUrl).toBe('http://10.0.0.1:8080');
});

test('the cluster’s DNS may have several addresses', () => {
  expect(readConfig({ OFFSHOOT_CLUSTER_DNS: '10.96.0.10, fd00::a' }, {}).clusterDns).toEqual([
    '10.96.0.10',
    'fd00::a',
  ]);
});

test('what is read cannot be changed', () => {
  expect(Object.isFrozen(readConfig({}, {}))).toBe(true);
});

test('every variable is Offshoot’s own, but for those that everybody knows', () => {
  expect(Object.values(variables).filter((name) => !/^OFFSHOOT_[A-Z_]+$/.test(name))).toEqual([
    'KUBECONFIG',
    'HTTP_PROXY',
    'HTTPS_PROXY',
    'NO_PROXY',
  ]);
});

test('every setting says what it means, and its default as it would be written', () => {
  expect(
    settings()
      .map(({ key }) => key)
      .sort(),
  ).toEqual(Object.keys(variables).sort());
  expect(settings().filter(({ description }) => description.length < 20)).toEqual([]);
  const presets = settings().flatMap(({ key, preset }) => (preset ? [[key, preset]] : []));
  expect(readConfig({}, Object.fromEntries(presets) as Record<string, string>)).toEqual(readConfig({}, {}));
});

test('the README has the table of settings: after a change, npm run generate', async () => {
  const page = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
  expect(page).toBe(withSection(page, 'settings', settingsTable()));
});
