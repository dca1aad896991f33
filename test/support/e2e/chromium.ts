import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { ensurePackages } from '../../../sandbox/node/packages.ts';

/** Debian's own: the sandbox of Chromium does not work for root, and nothing may be fetched in the background. */
const executablePath = '/usr/bin/chromium';
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface Watched {
  readonly page: Page;
  /** Requests of the page that failed or were answered with an error so far, and errors of its scripts. */
  readonly failures: readonly string[];
}

export interface OpenBrowser {
  readonly page: Page;
  /** A page that knows nothing of what the others have loaded. */
  afresh(): Promise<Watched>;
  /** Writes what a page looks like, and tells where. */
  screenshot(page: Page, name: string): Promise<void>;
  close(): Promise<void>;
}

/** A real Chromium; it is installed where it is missing. */
export async function openBrowser(): Promise<OpenBrowser> {
  await ensurePackages([{ program: 'chromium', package: 'chromium' }], (line) => console.log(line));
  const browser: Browser = await chromium.launch({ executablePath, headless: true, args });
  const folder = await mkdtemp(join(tmpdir(), 'offshoot-screenshots-'));
  const open = async (): Promise<Page> =>
    (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
  return {
    page: await open(),
    afresh: async () => watch(await open()),
    screenshot: async (page, name) => {
      const path = join(folder, `${name}.png`);
      await page.screenshot({ path });
      console.log(`screenshot: ${path}`);
    },
    close: () => browser.close(),
  };
}

function watch(page: Page): Watched {
  const failures: string[] = [];
  page.on('response', (response) => {
    if (response.status() >= 400)
      failures.push(`${response.status()} ${response.request().method()} ${response.url()}`);
  });
  page.on('requestfailed', (request) => {
    failures.push(`${request.failure()?.errorText} ${request.method()} ${request.url()}`);
  });
  page.on('pageerror', (error) => failures.push(`script: ${error.message}`));
  return { page, failures };
}
