import { branchHash } from '../../model/names.ts';

/**
 * `<base>/feature/hardy`: the branch itself where every character is at home in a URL path, else a cleaned form with the branch's
 * hash. `taken` are the URLs granted to other previews; a URL is granted once and never changes.
 */
export function pathUrl(
  base: string,
  repository: { namespace: string; name: string },
  branch: string,
  taken: ReadonlySet<string>,
): string {
  const clean = branch
    .split('/')
    .map((segment) => segment.replace(/[^A-Za-z0-9._~-]+/g, '-').replace(/^(\.+|$)/, '-'))
    .join('/');
  const plain = `${base}/${clean}`;
  if (clean === branch && !taken.has(plain) && !OWN_PAGES.test(clean)) return plain;
  const hashed = `${plain}-${branchHash(repository.namespace, repository.name, branch)}`;
  // Somebody may have named a branch exactly so, to sit at another's address.
  let free = hashed;
  for (let count = 2; taken.has(free); count++) free = `${hashed}-${count}`;
  return free;
}

/** First segments that the gateway keeps for itself. */
const OWN_PAGES = /^(-|_offshoot)(\/|$)/;
