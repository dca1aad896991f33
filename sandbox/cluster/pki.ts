import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../base/run.ts';

export interface Certificate {
  cert: string;
  key: string;
}

const days = ['-days', '365'];
const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-sha256'];

/** One `/TYPE=value` for openssl's -subj; a slash or backslash in the value must not start a new one. */
export function subject(user: string, groups: readonly string[] = []): string {
  const part = (type: string, value: string) => `/${type}=${value.replace(/[\\/+]/g, '\\$&')}`;
  return [...groups.map((group) => part('O', group)), part('CN', user)].join('');
}

/** A certificate authority in a folder, and what it signs. Everything is made once; a second call finds it there. */
export function certificates(folder: string) {
  const at = (name: string): Certificate => ({
    cert: join(folder, `${name}.crt`),
    key: join(folder, `${name}.key`),
  });

  /** The system's openssl.cnf adds extensions of its own, other ones on every distribution: use none of it. */
  async function request(
    name: string,
    subj: string,
    extensions: readonly string[],
    issuer: readonly string[],
  ) {
    const made = at(name);
    if (existsSync(made.cert)) return made;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const config = join(folder, `${name}.cnf`);
    await writeFile(config, '[req]\ndistinguished_name = dn\n[dn]\n');
    const added = extensions.flatMap((extension) => ['-addext', extension]);
    const out = ['-keyout', made.key, '-out', made.cert];
    const fixed = ['req', '-x509', '-config', config, ...newKey, ...days];
    await run('openssl', [...fixed, '-subj', subj, ...issuer, ...added, ...out]);
    return made;
  }

  const authority = (name: string): Promise<Certificate> =>
    request(
      name,
      `/CN=${name}`,
      ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,digitalSignature,keyCertSign,cRLSign'],
      [],
    );

  async function signed(
    name: string,
    { by, subj, names = [] }: { by: Certificate; subj: string; names?: readonly string[] },
  ): Promise<Certificate> {
    const extensions = [
      'basicConstraints=critical,CA:FALSE',
      'keyUsage=critical,digitalSignature',
      'extendedKeyUsage=clientAuth,serverAuth',
      ...(names.length > 0 ? [`subjectAltName=${names.join(',')}`] : []),
    ];
    return request(name, subj, extensions, ['-CA', by.cert, '-CAkey', by.key]);
  }

  /** The pair with which service account tokens are signed and checked. */
  async function serviceAccountKey(): Promise<{ key: string; publicKey: string }> {
    const made = { key: join(folder, 'sa.key'), publicKey: join(folder, 'sa.pub') };
    if (existsSync(made.publicKey)) return made;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await run('openssl', [
      'genpkey',
      '-algorithm',
      'EC',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-out',
      made.key,
    ]);
    await run('openssl', ['pkey', '-in', made.key, '-pubout', '-out', made.publicKey]);
    return made;
  }

  return { authority, signed, serviceAccountKey };
}
