import { z } from 'zod';
import { FORBIDDEN, FORBIDDEN_URL, forbiddenHost } from './forbidden-host.ts';
import { GIT_URL, gitHost, HOST, HOST_NAME, PORT } from './git-url.ts';
import { textLike } from './schema-parts.ts';

const WITH_PASSWORD =
  'must not contain a password or token; put it into the Secret named by spec.credentialsSecretRef';
/** `user:password@` anywhere, and any `user@` with http(s), where hosts accept a token as the user name. */
const PASSWORD = /^([a-z]+:\/\/[^\/:]*:[^\/]*@|https?:\/\/[^\/]*@)/;

const FORM =
  'must be ssh://…, user@host:path, https://…, http://… or git://…; user, host and path must not begin with a dash, and the host must be a name, an IPv4 address in dotted decimal or an [IPv6] address';

/** For a URL's host, whatever its form. */
const notForbidden = {
  rule: `!self.lowerAscii().matches(${JSON.stringify(FORBIDDEN_URL.source.replaceAll('\\/', '/'))})`,
  message: FORBIDDEN,
};
/** A string that is no URL has already been rejected. */
const mayBeAsked = (url: string) =>
  (url.includes('://') && !URL.canParse(url)) || !forbiddenHost(gitHost(url));

export const git = z
  .object({
    url: textLike(
      GIT_URL,
      FORM,
      {
        rule: `!self.matches('${PASSWORD.source.replaceAll('\\/', '/')}')`,
        message: WITH_PASSWORD,
      },
      notForbidden,
    )
      .max(2048)
      .refine((url) => !PASSWORD.test(url), WITH_PASSWORD)
      .refine((url) => !url.includes('://') || URL.canParse(url), 'must have a valid host name and port')
      .refine(mayBeAsked, FORBIDDEN),
  })
  .describe('A repository on any git server.');

/** Where a GitHub's REST API lies: beside its git server as `/api/v3`, or on a host `api.…`. */
const API_URL = new RegExp(`^https?://(api[.]${HOST_NAME}${PORT}|${HOST}${PORT}/api/v3)$`);
const PUBLIC_API = 'https://api.github.com';

export const github = z
  .object({
    owner: textLike(
      /^[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?$/,
      'must be a GitHub user or organization, such as acme',
    ).max(100),
    name: textLike(
      /^[A-Za-z0-9._-]*[A-Za-z0-9_-][A-Za-z0-9._-]*$/,
      'must be the name of the repository alone, such as airflow-dags',
      { rule: "!self.endsWith('.git')", message: 'must not end in .git' },
    )
      .max(100)
      .refine((name) => !name.endsWith('.git'), 'must not end in .git'),
    apiUrl: textLike(
      API_URL,
      'must be https://HOST/api/v3 (GitHub Enterprise Server) or https://api.HOST, without a trailing slash',
      notForbidden,
    )
      .max(300)
      .refine((url) => URL.canParse(url), 'must have a valid host name and port')
      .refine(mayBeAsked, FORBIDDEN)
      .default(PUBLIC_API)
      .describe('The REST API of GitHub Enterprise, such as https://github.example.com/api/v3.'),
  })
  .describe('A repository on GitHub or GitHub Enterprise, read through the REST API.');

export interface GitSource {
  git?: z.output<typeof git> | undefined;
  github?: z.output<typeof github> | undefined;
}

/** What git clones, whichever way the repository is named. */
export function cloneUrl({ git, github }: GitSource): string {
  if (git) return git.url;
  if (!github) throw new TypeError('unreachable: the schema wants git or github');
  const { protocol, host } = new URL(github.apiUrl);
  const beside = github.apiUrl.endsWith('/api/v3');
  return `${protocol}//${beside ? host : host.replace(/^api\./, '')}/${github.owner}/${github.name}.git`;
}

/** A repository as a delivery names it: `acme/dags`, and the host's own number of it. */
export interface NamedRepository {
  id: number;
  name: string;
}

/** Whether that is the repository of `spec.github`: by its number, once that is pinned; before, by its name. */
export function isOfGithub(
  { github }: GitSource,
  pinned: number | undefined,
  { id, name }: NamedRepository,
): boolean {
  if (!github) return false;
  if (pinned !== undefined) return id === pinned;
  return name.toLowerCase() === `${github.owner}/${github.name}`.toLowerCase();
}
