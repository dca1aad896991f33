import fc from 'fast-check';
import { expect, test } from 'vitest';
import { literal } from '../../src/backends/shared/pod.ts';
import { aDagRepository, aDesign } from '../support/builders.ts';
import { codePoint } from '../support/code-point.ts';
import { hostileNames } from '../support/hostile-names.ts';
import { kubeletExpand } from '../support/kubelet-expand.ts';
import { container, containersOf, environmentOf, podsOf, rendered } from './rendered.ts';

// The examples are those of the kubelet's own expand_test.go.
test.each([
  ['$(VAR_A)', 'A'],
  ['___$(VAR_A)___', '___A___'],
  ['$$(VAR_A)', '$(VAR_A)'],
  ['$$$(VAR_A)', '$A'],
  ['$$$$(VAR_A)', '$$(VAR_A)'],
  ['$(DNE)', '$(DNE)'],
  ['f000-$VAR_A', 'f000-$VAR_A'],
  ['foo\\$(VAR_A)', 'foo\\A'],
  ['$(VAR_A', '$(VAR_A'],
  ['$', '$'],
  ['$$', '$'],
  ['\n$', '\n$'],
  ['$(VAR_A)$(VAR_B)', 'AB'],
])('the test’s kubelet expands %j to %j', (input, expected) => {
  expect(kubeletExpand(input, { VAR_A: 'A', VAR_B: 'B' })).toBe(expected);
});

test('whatever the text and the environment, the kubelet gives a literal back unchanged', () => {
  const text = fc.oneof(
    fc.constantFrom(...hostileNames),
    fc.stringMatching(/^[$(){}A]{0,30}$/),
    fc.string({ unit: codePoint }),
  );
  fc.assert(
    fc.property(text, text, (one, other) => {
      expect(kubeletExpand(literal(one), { A: 'leak', HOME: 'leak', DATABASE_PASSWORD: 'leak' })).toBe(one);
      // In the middle of an argument too, and before one that is meant to be expanded.
      expect(kubeletExpand(`--x=${literal(one)}/$(A)${literal(other)}`, { A: 'a' })).toBe(
        `--x=${one}/a${other}`,
      );
    }),
    { numRuns: 1_000 },
  );
});

const EVERYTHING = '$(DATABASE_PASSWORD)$(AIRFLOW__API_AUTH__JWT_SECRET)$(SYNCED_TOKEN)$(AIRFLOW_HOME)';

test.each(['together', 'apart'] as const)(
  'text from outside reaches every container as it is, in arguments, environment and probes (%s)',
  (parts) => {
    const repository = aDagRepository({
      git: { url: 'git@git.example.com:$(SYNCED_TOKEN).git' },
      code: { dagsFolder: EVERYTHING },
      airflow: { parts },
      credentialsSecretRef: { name: 'dags-credentials', readOnly: true },
    });
    const url = 'https://$(DATABASE_PASSWORD).example.com/x';
    const objects = rendered(aDesign({ repository, branch: EVERYTHING, url }));
    const pods = podsOf(objects);
    const everySecret = new Proxy(
      {},
      { getOwnPropertyDescriptor: () => ({ configurable: true, value: 'LEAK' }), get: () => 'LEAK' },
    );
    const expanded = (texts: string[] = []) => texts.map((text) => kubeletExpand(text, everySecret as never));

    for (const pod of [pods['airflow'], pods['worker']]) {
      const args = expanded(container(pod, 'git-sync').args);
      expect(args).toContain(`--ref=refs/heads/${EVERYTHING}`);
      expect(args).toContain('--repo=git@git.example.com:$(SYNCED_TOKEN).git');
    }
    for (const { env = [] } of containersOf(pods['airflow']!).filter(({ name }) => name !== 'git-sync')) {
      const value = (variable: string) =>
        expanded([env.find((one) => one.name === variable)?.value ?? ''])[0];
      expect(value('AIRFLOW__CORE__DAGS_FOLDER')).toBe(`/git/current/${EVERYTHING}`);
      expect(value('AIRFLOW__API__BASE_URL')).toBe(url);
    }
    const probes = containersOf(pods['airflow']!).flatMap(({ readinessProbe }) => readinessProbe?.exec ?? []);
    expect(probes.map(({ command }) => expanded(command).at(-1))).toEqual([`/git/current/${EVERYTHING}`]);
  },
);

test('only two values are meant to be expanded: the password of the database and the token of git-sync', () => {
  const repository = aDagRepository({ credentialsSecretRef: { name: 'c', readOnly: true } });
  const pods = podsOf(rendered(aDesign({ repository })));
  const texts = Object.values(pods).flatMap((pod) =>
    containersOf(pod).flatMap(({ command = [], args = [], env = [] }) => [
      ...command,
      ...args,
      ...env.flatMap(({ value }) => value ?? []),
    ]),
  );
  const used = texts.flatMap((text) =>
    [...text.matchAll(/(?<!\$)(?:\$\$)*\$\(([^)]*)\)/g)].map(([, name]) => name),
  );
  expect([...new Set(used)].sort()).toEqual(['DATABASE_PASSWORD', 'SYNCED_TOKEN']);
});

test('Airflow expands $NAME in every option, so the branch it shows has no dollar sign to expand', () => {
  const names = ['$AIRFLOW__API_AUTH__JWT_SECRET', '${HOME}', '$(x)', 'a$b'];
  for (const branch of names) {
    const objects = rendered(aDesign({ branch }));
    const environment = environmentOf(objects, container(podsOf(objects)['airflow'], 'airflow'));
    expect(environment['AIRFLOW__API__INSTANCE_NAME']).toBe(branch.replaceAll('$', '\uFF04'));
    const shown = Object.entries(environment).filter(
      ([, value]) => value.includes('$') && !value.includes('$('),
    );
    expect(shown).toEqual([]);
  }
});
