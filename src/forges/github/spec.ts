import { z } from 'zod';
import { mayBeAsked, notForbidden } from '../../model/askable-url.ts';
import { FORBIDDEN } from '../../model/forbidden-host.ts';
import { HOST, HOST_NAME, PORT } from '../../model/git-url.ts';
import { textLike } from '../../model/schema-parts.ts';
import type { Source } from '../../model/source.ts';

/** Where a GitHub's REST API lies: beside its git server as `/api/v3`, or on a host `api.…`. */
const API_URL = new RegExp(`^https?://(api[.]${HOST_NAME}${PORT}|${HOST}${PORT}/api/v3)$`);
const PUBLIC_API = 'https://api.github.com';

const spec = z
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

export type GithubSpec = z.output<typeof spec>;

export const githubSource = {
  name: 'github',
  spec,
  cloneUrl({ owner, name, apiUrl }: GithubSpec) {
    const { protocol, host } = new URL(apiUrl);
    const beside = apiUrl.endsWith('/api/v3');
    return `${protocol}//${beside ? host : host.replace(/^api\./, '')}/${owner}/${name}.git`;
  },
} as const satisfies Source<GithubSpec>;
