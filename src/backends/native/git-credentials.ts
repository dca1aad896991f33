import { GIT_CREDENTIALS } from '../../model/material.ts';
import { Problem } from '../../model/problem.ts';
import type { SecretData } from '../../model/secret-use.ts';
import type { Design } from '../../plan/api.ts';

/**
 * What git-sync reads the repository with, as files. Pods mount them: a renewal changes the Secret and nothing else, and kubelet brings it
 * to where git looks.
 */
export const gitFiles = (design: Design, values: SecretData): SecretData =>
  design.git.login === 'ssh' ? sshFiles(values) : { gitconfig: gitConfig(design, values) };

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
  new Problem('SecretMissing', `The git credentials for ${GIT_CREDENTIALS} are incomplete.`);
