import { branchHash } from '../../model/names.ts';
import { Taken } from './taken.ts';
import type { TakenUrls, UrlOwner, UrlStyle } from '../api.ts';

/**
 * `<base>/feature/hardy`: the branch itself where every character is at home in a URL path, else a cleaned form with the branch's
 * hash. `taken` are the URLs granted to other previews; a URL is granted once and never changes. None lies below another, or a
 * branch could be named so that it gets a part of another's Airflow: the later one has a single segment, with its hash.
 */
export function pathUrl(
  base: string,
  repository: UrlOwner,
  branch: string,
  taken: Pick<TakenUrls, 'overlaps'>,
) {
  const clean = cleaned(branch);
  const hashed = withHash(clean, repository, branch);
  const flat = flattened(hashed);
  const wishes = [...(mayBePlain(clean, branch) ? [clean] : []), hashed, flat];
  const isFree = (path: string) => !taken.overlaps(`${base}/${path}`);
  const wish = wishes.find(isFree);
  if (wish !== undefined) return `${base}/${wish}`;
  // Somebody may have named a branch exactly so, to sit at another's address.
  let count = 2;
  while (!isFree(`${flat}-${count}`)) count++;
  return `${base}/${flat}-${count}`;
}

/** Can this URL have been granted to this branch, under whatever base? One that a person wrote into a status cannot, as a rule. */
export function isPathUrl(url: string, repository: UrlOwner, branch: string): boolean {
  const path = /^https?:\/\/[^/?#@\s]+\/(.+)$/s.exec(url)?.[1];
  if (path === undefined || !URL.canParse(url)) return false;
  const clean = cleaned(branch);
  if (path === clean) return mayBePlain(clean, branch);
  const hashed = withHash(clean, repository, branch);
  return [hashed, flattened(hashed)].some(
    (start) => path.startsWith(start) && /^(-([2-9]|[1-9][0-9]+))?$/.test(path.slice(start.length)),
  );
}

const cleaned = (branch: string) =>
  branch
    .split('/')
    .map((segment) => segment.replace(/[^A-Za-z0-9._~-]+/g, '-').replace(/^(\.+|$)/, '-'))
    .join('/');

const withHash = (clean: string, { namespace, name }: UrlOwner, branch: string) =>
  `${clean}-${branchHash(namespace, name, branch)}`;

const flattened = (path: string) => path.replaceAll('/', '-');

const mayBePlain = (clean: string, branch: string) => clean === branch && !OWN_PAGES.test(clean);

/** First segments that the gateway keeps for itself. */
const OWN_PAGES = /^(-|_offshoot)(\/|$)/;

export const pathUrls: UrlStyle = { urlOf: pathUrl, isUrlOf: isPathUrl, taken: () => new Taken() };
