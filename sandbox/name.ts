import { SandboxError } from './base/sandbox-error.ts';

/** Names become folder names and parts of unix socket paths, so they are short and plain. */
export function assertName(name: string): string {
  if (/^[a-z0-9]([a-z0-9-]{0,28}[a-z0-9])?$/.test(name)) return name;
  throw new SandboxError(
    `"${name}" cannot be the name of a sandbox`,
    'use 1 to 30 characters: small letters, digits, and dashes between them',
  );
}
