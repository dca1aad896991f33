import type { Program } from './start-process.ts';

export function etcd(
  file: string,
  { folder, client, peer }: { folder: string; client: string; peer: string },
): Program {
  const args = [
    '--name=sandbox',
    `--data-dir=${folder}`,
    '--unsafe-no-fsync', // nothing in a sandbox has to survive a power failure
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=sandbox=${peer}`,
    '--quota-backend-bytes=4294967296',
    '--auto-compaction-retention=0', // the API server compacts
    '--log-level=warn',
  ];
  return { name: 'etcd', file, args };
}
