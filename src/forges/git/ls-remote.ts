import { simpleGit } from 'simple-git';
import { BRANCH_NAME } from '../../model/branch-name.ts';
import { gitRefused } from '../../model/git-refusal.ts';
import { gitHost } from '../../model/git-url.ts';
import { Problem, textOf } from '../../model/problem.ts';
import { proxyVariables } from '../../model/proxy.ts';
import { refuseForbidden } from '../refuse-forbidden.ts';
import { withCredentials } from './credentials.ts';
import type { Proxy } from '../../model/proxy.ts';
import type { SecretData } from '../api.ts';

const TIMEOUT_MS = 15_000;
const MIB = 1024 * 1024;
/** Half a million branches, more or less. */
const MOST_BYTES = 32 * MIB;
const ENDED_EARLY = Buffer.from('git exited before it had listed everything.');
const REDIRECTED = /returned error: 30[12378]\b/;

interface Access {
  credentials?: SecretData | undefined;
  proxy?: Proxy | undefined;
}

/**
 * The branches of a remote repository, by full name (`refs/heads/…`). With `--heads` the host is asked for no other refs, of which there
 * may be hundreds of thousands; a pattern would be matched on our side alone.
 */
export async function lsRemoteHeads(
  url: string,
  { credentials, proxy = {} }: Access,
  timeoutMs = TIMEOUT_MS,
): Promise<Map<string, string>> {
  // A NUL ends an argument: the process would not even be started, which says nothing about the host.
  if (!BRANCH_NAME.test(url))
    throw new Problem('GitRefused', 'The URL contains a control character, which git does not allow.');
  await refuseForbidden(gitHost(url));
  return withCredentials(url, credentials, async ({ env: access, askpass, dir }) => {
    const late = AbortSignal.timeout(timeoutMs);
    const long = new AbortController();
    const signal = AbortSignal.any([late, long.signal]);
    const env = { ...access, ...proxyVariables(proxy), ...givingUpAfter(timeoutMs) };
    try {
      const git = simpleGit({
        baseDir: dir,
        abort: signal,
        // One may lead anywhere, where the URL itself must not.
        config: ['http.followRedirects=false'],
        allowEnvironment: Object.keys(env),
        // Also one that says nothing, or was killed: what it wrote until then is not all.
        errors: (error, { exitCode, stdErr }) =>
          error ?? (exitCode === 0 ? undefined : Buffer.concat(stdErr.length > 0 ? stdErr : [ENDED_EARLY])),
        unsafe: { allowUnsafeAskPass: askpass, allowUnsafeSshCommand: true },
      });
      let bytes = 0;
      git.outputHandler((_command, stdout) => {
        stdout.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > MOST_BYTES) long.abort();
        });
      });
      return parse(await git.env(env).raw(['ls-remote', '--heads', '--', url]));
    } catch (cause) {
      if (long.signal.aborted)
        throw new Problem('GitRefused', `${url} lists more than ${MOST_BYTES / MIB} MiB of refs.`, { cause });
      if (late.aborted)
        throw new Problem('GitUnreachable', `${url} did not answer within ${timeoutMs / 1000} s.`, {
          cause,
        });
      const text = textOf(cause).trim().split('\n').slice(-3).join(' ').slice(0, 300);
      if (REDIRECTED.test(text))
        throw new Problem(
          'GitRefused',
          `${url} redirects, and redirects are not followed. Put the target address into spec.git.url.`,
          { cause },
        );
      throw gitRefused(text, url)
        ? new Problem(
            'GitRefused',
            `${url} refused: ${text} Check the URL and the Secret named by spec.credentialsSecretRef.`,
            { cause },
          )
        : new Problem('GitUnreachable', `${url} cannot be reached: ${text}`, { cause });
    }
  });
}

/** The helper that speaks HTTP outlives the git that is stopped, and holds the credentials: it has to give up by itself. */
const givingUpAfter = (ms: number) => ({
  GIT_HTTP_LOW_SPEED_LIMIT: '1000', // bytes per second
  GIT_HTTP_LOW_SPEED_TIME: String(Math.ceil(ms / 1_000)),
});

/** Lines of `<40 or 64 hex digits> TAB <ref>`; only a line feed ends one, whatever else strangers put into a name. */
export function parse(output: string): Map<string, string> {
  const refs = new Map<string, string>();
  for (const line of output.split('\n')) {
    const [, head, ref] = /^([0-9a-f]{40,64})\t(.+)$/s.exec(line) ?? [];
    if (head && ref) refs.set(ref, head);
  }
  return refs;
}
