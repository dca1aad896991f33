import { branchHash } from '../../model/names.ts';

interface Owner {
  namespace: string;
  name: string;
}

/**
 * `<base>/feature/hardy`: the branch itself where every character is at home in a URL path, else a cleaned form with the branch's
 * hash. `taken` are the URLs granted to other previews; a URL is granted once and never changes.
 */
export function pathUrl(base: string, repository: Owner, branch: string, taken: ReadonlySet<string>): string {
  const clean = cleaned(branch);
  const plain = `${base}/${clean}`;
  if (mayBePlain(clean, branch) && !taken.has(plain)) return plain;
  // Somebody may have named a branch exactly so, to sit at another's address.
  const hashed = withHash(clean, repository, branch);
  let free = `${base}/${hashed}`;
  for (let count = 2; taken.has(free); count++) free = `${base}/${hashed}-${count}`;
  return free;
}

/** Can this URL have been granted to this branch, under whatever base? One that a person wrote into a status cannot, as a rule. */
export function isPathUrl(url: string, repository: Owner, branch: string): boolean {
  const path = /^https?:\/\/[^/?#@\s]+\/(.+)$/s.exec(url)?.[1];
  if (path === undefined || !URL.canParse(url)) return false;
  const clean = cleaned(branch);
  if (path === clean) return mayBePlain(clean, branch);
  const hashed = withHash(clean, repository, branch);
  return path.startsWith(hashed) && /^(-([2-9]|[1-9][0-9]+))?$/.test(path.slice(hashed.length));
}

const cleaned = (branch: string) =>
  branch
    .split('/')
    .map((segment) => segment.replace(/[^A-Za-z0-9._~-]+/g, '-').replace(/^(\.+|$)/, '-'))
    .join('/');

const withHash = (clean: string, { namespace, name }: Owner, branch: string) =>
  `${clean}-${branchHash(namespace, name, branch)}`;

const mayBePlain = (clean: string, branch: string) => clean === branch && !OWN_PAGES.test(clean);

/** First segments that the gateway keeps for itself. */
const OWN_PAGES = /^(-|_offshoot)(\/|$)/;
