import { appendFile, chmod, chown, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Recipe, Workspace } from '../recipe.ts';
import { buildGitSync } from './build-git-sync.ts';

/** User and group of the real image. */
const OWNER = 65533;

export const gitSync: Recipe = {
  name: 'registry.k8s.io/git-sync/git-sync:v4.4.2',
  source: import.meta.dirname,
  standsFor: 'a program with the flags of git-sync, on plain git',
  packages: ['git', 'openssh-client'],
  unused: [
    'usr/share/perl',
    'usr/lib/*/perl',
    'usr/lib/*/libperl*',
    'usr/share/{gitweb,git-core/contrib}',
    'usr/lib/git-core/mergetools',
  ],
  fill,
  config: {
    User: `${OWNER}:${OWNER}`,
    // HOME is a place where any user id can write; the root is the real image's default as well.
    Env: [
      'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      'HOME=/tmp',
      'GITSYNC_ROOT=/git',
    ],
    Entrypoint: ['/git-sync'],
    WorkingDir: '/tmp',
  },
};

async function fill({ root, source }: Workspace): Promise<void> {
  await buildGitSync(join(source, 'src'), join(root, 'git-sync'));
  await appendFile(join(root, 'etc/passwd'), `git-sync:x:${OWNER}:${OWNER}::/tmp:/sbin/nologin\n`);
  await appendFile(join(root, 'etc/group'), `git-sync:x:${OWNER}:git-sync\n`);
  await chmod(join(root, 'etc/passwd'), 0o666); // for --add-user
  await mkdir(join(root, 'git'));
  await chown(join(root, 'git'), OWNER, OWNER);
  await chmod(join(root, 'git'), 0o2775);
}
