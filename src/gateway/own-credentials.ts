import type { IncomingHttpHeaders } from 'node:http';

/** The one cookie that Airflow knows its users by; a browser sends it with the cookies of everybody else on the host. */
export const TOKEN = '_token';

const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** The tokens of a request that the preview itself has issued; those of sign-ins and of other previews are not for its code to see. */
export async function ownCredentials(
  { cookie, authorization }: IncomingHttpHeaders,
  issued: (token: string) => Promise<boolean>,
): Promise<IncomingHttpHeaders> {
  const isOwn = async (token: string) => JWT.test(token) && (await issued(token));
  const bearer = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1] ?? '';
  const cookies: string[] = [];
  for (const pair of (cookie ?? '').split(';')) {
    const [name, value = ''] = pair.trim().split('=');
    if (name === TOKEN && (await isOwn(value))) cookies.push(`${TOKEN}=${value}`);
  }
  return {
    ...(cookies.length > 0 && { cookie: cookies.join('; ') }),
    ...((await isOwn(bearer)) && { authorization: `Bearer ${bearer}` }),
  };
}
