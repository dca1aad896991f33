import { Problem } from '../../model/problem.ts';
import { annotation } from '../../model/labels.ts';
import { meta } from '../shared/meta.ts';
import type { CloneCredentials, SecretData } from '../../forges/api.ts';
import type { KubeObject } from '../../model/object.ts';
import type { Design } from '../../plan/api.ts';

export const CREDENTIALS = 'git-credentials';

/**
 * What git-sync reads the repository with, as files. Pods mount them: a renewal changes this Secret and nothing else, and kubelet brings
 * it to where git looks. The values come from apply, never from plan.
 */
export function gitCredentials(design: Design, { values, minted }: CloneCredentials): KubeObject {
  const files = design.git.login === 'ssh' ? sshFiles(values) : { gitconfig: gitConfig(design, values) };
  const expires = minted && { [annotation.expires]: new Date(minted.expiresAt).toISOString() };
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: meta(design, CREDENTIALS, 'git-sync', expires),
    type: 'Opaque',
    data: Object.fromEntries(
      Object.entries(files).map(([name, text]) => [name, Buffer.from(text).toString('base64')]),
    ),
  };
}

/** Sends the credentials to this host and no other. In a file, where no process list and no log shows them. */
function gitConfig({ git }: Design, values: SecretData): string {
  const password = (values['token'] ?? values['password'])?.trim();
  if (!password) throw incomplete();
  const username = values['username']?.trim() || 'x-access-token';
  const login = Buffer.from(`${username}:${password}`).toString('base64');
  const { protocol, host } = new URL(git.url);
  return `[http "${protocol}//${host}/"]\n\textraHeader = "Authorization: Basic ${login}"\n`;
}

function sshFiles(values: SecretData): Record<string, string> {
  const [key, hosts] = [values['ssh-privatekey']?.trim(), values['known_hosts']?.trim()];
  if (!key || !hosts) throw incomplete();
  return { 'ssh-privatekey': `${key}\n`, known_hosts: `${hosts}\n` };
}

const incomplete = () =>
  new Problem('SecretMissing', `The git credentials for ${CREDENTIALS} are incomplete.`);
