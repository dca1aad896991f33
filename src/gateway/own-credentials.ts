import type { IncomingHttpHeaders } from 'node:http';

/**
 * The tokens of a request that the preview itself has issued; those of sign-ins and of other previews are not for its code to see.
 * A browser sends Airflow's cookie along with every other cookie of the host; `names` are those that an Airflow may use.
 */
export async function ownCredentials(
  { cookie, authorization }: IncomingHttpHeaders,
  names: readonly string[],
  issued: (token: string) => Promise<boolean>,
): Promise<IncomingHttpHeaders> {
  const bearer = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
  const cookies: string[] = [];
  for (const pair of (cookie ?? '').split(';')) {
    const [name = '', value = ''] = pair.trim().split('=');
    if (names.includes(name) && (await issued(value))) cookies.push(`${name}=${value}`);
  }
  return {
    ...(cookies.length > 0 && { cookie: cookies.join('; ') }),
    ...(bearer && (await issued(bearer)) && { authorization: `Bearer ${bearer}` }),
  };
}
