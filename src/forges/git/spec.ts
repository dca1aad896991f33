import { z } from 'zod';
import { mayBeAsked, notForbidden } from '../../model/askable-url.ts';
import { FORBIDDEN } from '../../model/forbidden-host.ts';
import { GIT_URL } from '../../model/git-url.ts';
import { textLike } from '../../model/schema-parts.ts';
import type { Source } from '../../model/source.ts';

const WITH_PASSWORD =
  'must not contain a password or token; put it into the Secret named by spec.credentialsSecretRef';
/** `user:password@` anywhere, and any `user@` with http(s), where hosts accept a token as the user name. */
const PASSWORD = /^([a-z]+:\/\/[^\/:]*:[^\/]*@|https?:\/\/[^\/]*@)/;

const FORM =
  'must be ssh://…, user@host:path, https://…, http://… or git://…; user, host and path must not begin with a dash, and the host must be a name, an IPv4 address in dotted decimal or an [IPv6] address';

const spec = z
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

export type GitSpec = z.output<typeof spec>;

export const gitSource = {
  name: 'git',
  spec,
  cloneUrl: ({ url }: GitSpec) => url,
} as const satisfies Source<GitSpec>;
