import { run, tryRun } from '../base/run.ts';
import { findProgram } from './packages.ts';
import type { NodeNetwork } from './network.ts';

const families = ['iptables', 'ip6tables'] as const;
type Family = (typeof families)[number];

/** Chains that kubelet, kube-proxy, the CNI plugins and this file make. */
const ours = /^(KUBE-|CNI-|OFFSHOOT-)/;

/** Comments in rules: they may hold anything, also what looks like a jump. */
const quoted = /"(?:[^"\\]|\\.)*"/g;

/** Lets pods out under this machine's address, and through a firewall whose default is to drop. */
export async function openFirewall({ bridge, podCidr }: NodeNetwork): Promise<void> {
  const rules = [
    '*filter',
    ':OFFSHOOT-FORWARD - [0:0]',
    ':OFFSHOOT-INPUT - [0:0]',
    `-A OFFSHOOT-FORWARD -i ${bridge} -j ACCEPT`,
    `-A OFFSHOOT-FORWARD -o ${bridge} -j ACCEPT`,
    `-A OFFSHOOT-INPUT -i ${bridge} -j ACCEPT`,
    // At the end: kube-proxy's rules, which refuse connections to Services without pods, must come first.
    '-A FORWARD -j OFFSHOOT-FORWARD',
    '-A INPUT -j OFFSHOOT-INPUT',
    'COMMIT',
    '*nat',
    ':OFFSHOOT-POSTROUTING - [0:0]',
    // One rule for all pods; the bridge plugin's ipMasq would add and remove some for each.
    `-A OFFSHOOT-POSTROUTING -s ${podCidr} ! -d ${podCidr} ! -o ${bridge} -j MASQUERADE`,
    '-A POSTROUTING -j OFFSHOOT-POSTROUTING',
    'COMMIT',
    '',
  ];
  await run('iptables-restore', ['-w', '10', '--noflush'], { input: rules.join('\n') });
}

/** The names of all chains, as `family/table/chain`. */
export async function chains(): Promise<string[]> {
  const found: string[] = [];
  for (const family of families)
    for (const { table, chain } of parse(await save(family)))
      if (chain) found.push(`${family}/${table}/${chain}`);
  return found;
}

/** Removes our chains and what jumps to them, except those that were there before. */
export async function closeFirewall(before: readonly string[]): Promise<void> {
  for (const family of families) {
    const input = removal(
      await save(family),
      (table, chain) => !before.includes(`${family}/${table}/${chain}`),
    );
    if (input) await run(`${family}-restore`, ['-w', '10', '--noflush'], { input });
    await removeEmptyTables(family, before);
  }
}

/** Tables that nobody used before are left with their built-in chains only; iptables itself cannot remove a table. */
async function removeEmptyTables(family: Family, before: readonly string[]): Promise<void> {
  const lines = parse(await save(family));
  for (const table of new Set(lines.map((line) => line.table))) {
    const used = before.some((chain) => chain.startsWith(`${family}/${table}/`));
    const empty = lines.every((line) => line.table !== table || !line.rule);
    // Fails where iptables is the old kind: there, the kernel shows a table to whoever looks.
    if (!used && empty) await tryRun('nft', ['delete', 'table', family === 'iptables' ? 'ip' : 'ip6', table]);
  }
}

async function save(family: Family): Promise<string> {
  return findProgram(`${family}-save`) ? (await tryRun(`${family}-save`, [])).stdout : '';
}

type Line = { table: string; chain?: string; rule?: string };

function parse(text: string): Line[] {
  let table = '';
  return text.split('\n').flatMap((line): Line[] => {
    if (line.startsWith('*')) table = line.slice(1);
    if (line.startsWith(':')) return [{ table, chain: line.slice(1).split(' ')[0]! }];
    if (line.startsWith('-A ')) return [{ table, rule: line.slice(3) }];
    return [];
  });
}

/** Input for `iptables-restore --noflush` that undoes in one step what `iptables-save` shows of ours; '' if nothing. */
export function removal(saved: string, mine: (table: string, chain: string) => boolean = () => true): string {
  const lines = parse(saved);
  const out: string[] = [];
  for (const table of new Set(lines.map((line) => line.table))) {
    const inTable = lines.filter((line) => line.table === table);
    const gone = inTable.flatMap(({ chain }) =>
      chain && ours.test(chain) && mine(table, chain) ? [chain] : [],
    );
    if (gone.length === 0) continue;
    const isGone = (chain: string | undefined) => chain !== undefined && gone.includes(chain);
    const jumps = inTable.flatMap(({ rule }) => {
      const from = rule?.split(' ')[0];
      return rule && !isGone(from) && isGone(rule.replace(quoted, '').match(/ -[jg] (\S+)/)?.[1])
        ? [`-D ${rule}`]
        : [];
    });
    // Declaring a chain empties it, so that none is in use when it is deleted.
    out.push(`*${table}`, ...gone.map((chain) => `:${chain} - [0:0]`), ...jumps);
    out.push(...gone.map((chain) => `-X ${chain}`), 'COMMIT');
  }
  return out.length > 0 ? `${out.join('\n')}\n` : '';
}
