import type { Airflow } from './airflow.ts';

/** Opens the URL as a browser does: the page, and every script and style sheet it names, all from under its path. */
export async function openUrl(airflow: Airflow): Promise<void> {
  const page = await airflow.page();
  if (page.status !== 200 || !page.type.includes('html')) {
    throw new Error(`${airflow.url}/ answered ${page.status} (${page.type})`);
  }
  const base = /<base[^>]+href="([^"]+)"/.exec(page.body)?.[1] ?? '/';
  const named = [...page.body.matchAll(/<(?:script|link)[^>]+(?:src|href)="([^"]+\.(?:js|css)[^"]*)"/g)].map(
    ([, name]) => name!,
  );
  if (named.length === 0) throw new Error(`${airflow.url}/ references no script: this is not Airflow's page`);
  const prefix = `${airflow.url}/`;
  for (const name of named) {
    const { href } = new URL(name, new URL(base, prefix));
    if (!href.startsWith(prefix))
      throw new Error(`${airflow.url}/ references ${href}, which is outside its path`);
    const { status, type } = await airflow.page(href.slice(airflow.url.length));
    // Airflow answers an unknown path with its page and 200: only the type tells.
    if (status !== 200 || type.includes('html')) throw new Error(`${href} answered ${status} (${type})`);
  }
}
