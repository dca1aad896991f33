import { until } from '../../../demo/until.ts';
import type { World } from '../../../demo/world.ts';
import type { OpenBrowser } from './chromium.ts';

/** Opens a branch's URL as soon as there is one, and gives what is to be read there before Airflow is. */
export async function readWaitingPage(
  { tracker }: World,
  browser: OpenBrowser,
  branch: string,
): Promise<{ status: number | undefined; text: string }> {
  const signal = AbortSignal.timeout(30_000);
  const url = await until<string>(
    `${branch} to have a URL`,
    () => {
      const granted = tracker.preview(branch)?.status?.url;
      return granted === undefined ? { yet: 'it has none' } : { done: granted };
    },
    { signal, everyMs: 50 },
  );
  const answer = await browser.page.goto(url);
  const text = await browser.page.innerText('body');
  await browser.screenshot(browser.page, 'waiting');
  return { status: answer?.status(), text };
}
