import { z } from 'zod';
import { branchFault } from '../../src/model/branch-name.ts';
import { sameText } from '../../src/model/same-text.ts';
import type { Delivery, Forge, Proof } from '../../src/forges/api.ts';
import type { Source } from '../../src/model/source.ts';
import type { Key } from '../../src/model/object.ts';

/** A repository of Pond is named by its id, which is no number. */
const spec = z.object({
  project: z.string().regex(/^prj-[a-z]+$/),
  host: z.string().max(253).default('pond.example.com'),
});
export type PondSpec = z.output<typeof spec>;

export const pondSource = {
  name: 'pond',
  spec,
  cloneUrl: ({ host, project }: PondSpec) => `https://${host}/git/${project}`,
} as const satisfies Source<PondSpec>;

const event = z.object({
  project: z.string(),
  title: z.string(),
  branch: z.string(),
  now: z.string().nullable(),
});

/** A code host as unlike GitHub as one can be: a plain token in a header, ids that are no numbers, no signature. */
export function createPond({
  shared,
  opened = [],
}: { shared?: Key; opened?: unknown[] } = {}): Forge<PondSpec> {
  return {
    ...pondSource,
    webhooks: {
      ...(shared && { shared: { name: 'the Pond', secret: shared } }),
      proof: ({ 'x-pond-token': token }) =>
        typeof token === 'string' && token ? plainToken(token) : undefined,
      about: ({ 'x-pond-event': name, 'x-pond-id': id }) => ({ event: String(name), id: String(id) }),
      read,
      concerns: ({ project }, _pinned, { id }) => id === project,
    },
    refuse: (_spec, credentials) => (credentials['pond-key'] ? undefined : 'lacks the key pond-key'),
    mints: () => false,
    open(own, credentials, pinned) {
      opened.push({ own, credentials, pinned });
      const branches = new Map([['main', 'a'.repeat(40)]]);
      return {
        identify: async () => undefined,
        listBranches: async () => branches,
        async lookUp(branch) {
          const head = branches.get(branch);
          return head ? { state: 'exists', head } : { state: 'absent' };
        },
        cloneCredentials: async () => credentials && { values: credentials },
      };
    },
  };
}

const plainToken = (token: string): Proof => ({
  begin: (keys) => ({
    update: () => undefined,
    key: () => keys.find((key) => sameText(key, token)),
  }),
  confirms: async () => true,
});

function read(name: string, body: Buffer): Delivery {
  if (name !== 'ripple') return { kind: 'ignored', why: `event ${name} is not used` };
  const { project, title, branch, now } = event.parse(JSON.parse(body.toString('utf8')));
  const fault = branchFault(branch);
  if (fault) return { kind: 'ignored', why: fault };
  const repository = { id: project, name: title, urls: [] };
  return { kind: 'branch', branch, expectedHead: now ?? 'absent', pusher: undefined, repository };
}
