import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Recipe, Workspace } from '../recipe.ts';
import { run } from '../build/run.ts';

const APPLETS = '/usr/local/bin';

/** What KubernetesPodOperator takes for its XCom side car unless a connection says otherwise. */
export const alpine: Recipe = {
  name: 'docker.io/library/alpine:3.24.1',
  source: import.meta.dirname,
  standsFor: "Debian with busybox's programs first on the path, and pgrep, with which the side car is ended",
  packages: ['busybox-static', 'procps'],
  fill,
  config: {
    Env: [`PATH=${APPLETS}:/usr/sbin:/usr/bin:/sbin:/bin`],
    Entrypoint: [],
    Cmd: ['/bin/sh'],
  },
};

async function fill({ root }: Workspace): Promise<void> {
  const applets = await run('chroot', [root, '/bin/busybox', '--list']);
  for (const applet of applets.split('\n')) await symlink('/bin/busybox', join(root, APPLETS, applet));
}
