import { expect, test } from 'vitest';
import { browserCommand } from '../../src/cli/browser.ts';
import { open } from '../../src/cli/open.ts';
import { aCondition, aPreview, URL_OF_HARDY, verified } from '../support/builders.ts';
import { toolsFor } from './tools-for.ts';
import type { Options } from '../../src/cli/api.ts';
import type { PreviewStatus } from '../../src/model/preview.ts';

const ready = { ...verified, conditions: [aCondition({ type: 'Ready', status: 'True', reason: 'Ready' })] };
const failing = {
  ...verified,
  conditions: [aCondition({ type: 'Ready', reason: 'ImagePullFailed', message: 'Image x.' })],
};

async function run(status: PreviewStatus, options: Options = {}, canBrowse = true) {
  const opened: string[] = [];
  const told: string[] = [];
  const tools = toolsFor([aPreview({ status })], {
    browse: async (url) => (canBrowse && opened.push(url), canBrowse),
    tell: (line) => void told.push(line),
  });
  const { out } = await open.run(tools, ['feature/hardy'], options);
  return { out, opened, told };
}

test('the URL is printed and opened', async () => {
  expect(await run(ready)).toEqual({ out: `${URL_OF_HARDY}\n`, opened: [URL_OF_HARDY], told: [] });
});

test('with --print it is printed only', async () => {
  expect(await run(ready, { print: true })).toEqual({ out: `${URL_OF_HARDY}\n`, opened: [], told: [] });
});

test('a preview that is not ready is opened all the same, because its page says when it is', async () => {
  const { opened, told } = await run(failing);
  expect(opened).toEqual([URL_OF_HARDY]);
  expect(told).toEqual([expect.stringContaining('ImagePullFailed: Image x.')]);
});

test('where no browser can be started, that is said', async () => {
  const { out, told } = await run(ready, {}, false);
  expect(out).toBe(`${URL_OF_HARDY}\n`);
  expect(told).toEqual([expect.stringContaining('open the URL yourself')]);
});

test('a preview without a URL is an error that says why, and what to do', async () => {
  await expect(run({})).rejects.toThrow(
    /no URL yet \(Offshoot has not reported.*offshoot wait feature\/hardy/,
  );
});

test('what is no web address is never opened', async () => {
  await expect(run({ ...ready, url: 'file:///etc/passwd' })).rejects.toThrow('no URL yet');
});

test.each([
  ['darwin', {}, ['open', 'u']],
  ['win32', {}, ['rundll32', 'url.dll,FileProtocolHandler', 'u']],
  ['linux', { DISPLAY: ':0' }, ['xdg-open', 'u']],
  ['linux', { WAYLAND_DISPLAY: 'wayland-0' }, ['xdg-open', 'u']],
  ['linux', { DISPLAY: '' }, undefined],
])('on %s with %j the browser is started by %j', (platform, environment, command) => {
  expect(browserCommand('u', platform, environment)).toEqual(command);
});
