import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { explainGoFailure } from '../../sandbox/build/explain-go-failure.ts';
import { moduleKey, requiredVersion } from '../../sandbox/build/module-key.ts';
import { helm, tools, toolsFor } from '../../sandbox/build/tools.ts';

const go = join(import.meta.dirname, '..', '..', 'sandbox', 'go');

it('every tool has its module, and every module a tool', async () => {
  const modules = new Set([...tools, helm].map(({ module }) => module));
  expect([...modules].sort()).toEqual((await readdir(go)).sort());
});

it('every module of Kubernetes comes from one release', async () => {
  const goMod = await readFile(join(go, 'kubernetes', 'go.mod'), 'utf8');
  const version = requiredVersion(goMod, 'k8s.io/kubernetes');
  const staged = [...goMod.matchAll(/^\t(k8s\.io\/\S+) => \1 (v\S+)$/gm)].map(([, , staging]) => staging);
  expect(staged.length).toBeGreaterThan(25);
  expect(new Set(staged)).toEqual(new Set([version.replace('v1.', 'v0.')]));
});

it('a control plane needs only what it runs', () => {
  const names = toolsFor('control-plane').map(({ name }) => name);
  expect(names).toEqual(['kube-apiserver', 'kube-controller-manager', 'etcd', 'kubectl']);
});

it('another source or flag is another key, the same ones are the same', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'offshoot-key-'));
  try {
    await writeFile(join(folder, 'go.mod'), 'one');
    const key = await moduleKey(folder, ['-a']);
    expect(await moduleKey(folder, ['-a'])).toBe(key);
    expect(await moduleKey(folder, ['-b'])).not.toBe(key);
    await writeFile(join(folder, 'go.mod'), 'two');
    expect(await moduleKey(folder, ['-a'])).not.toBe(key);
  } finally {
    await rm(folder, { recursive: true });
  }
});

it.each([
  ['dial tcp 10.0.0.1:443: connect: connection refused', /GOPROXY/],
  ['write /tmp/x: no space left on device', /8 GiB/],
  ['go: go.mod requires go >= 1.26.0 (running go 1.22)', /go\.dev/],
  ['main.go:3: undefined: x', /go clean -cache/],
])('a failed build that says %j comes with its remedy', (said, remedy) => {
  const error = explainGoFailure('etcd', said);
  expect(error.message).toContain(said);
  expect(error.remedy).toMatch(remedy);
});
