import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { githubEvents } from '../../src/forges/github/delivery.ts';

interface Manifest {
  url: string;
  public: boolean;
  hook_attributes: { url: string; active: boolean };
  default_permissions: Record<string, string>;
  default_events: string[];
}

const read = (file: string) => readFile(new URL(`../../webhooks/${file}`, import.meta.url), 'utf8');
const manifest = JSON.parse(await read('github-app.json')) as Manifest;

/** Every App gets these, asked for or not; a manifest that names one is refused. */
const UNASKED = ['ping', 'installation', 'installation_repositories'];

test('the GitHub App may read contents and metadata, and nothing else', () => {
  expect(manifest.default_permissions).toEqual({ contents: 'read', metadata: 'read' });
  expect(manifest.public).toBe(false);
});

test('the GitHub App is told of exactly the events that are read', () => {
  expect([...manifest.default_events, ...UNASKED].sort()).toEqual([...githubEvents].sort());
});

test('the GitHub App delivers to the route for all repositories', () => {
  expect(new URL(manifest.hook_attributes.url).pathname).toBe('/webhooks/github');
  expect(manifest.hook_attributes.active).toBe(true);
});

test('the link in webhooks/README.md registers the same App', async () => {
  const link = /https:\/\/github\.com\/organizations\/ORG\/settings\/apps\/new\?[^\s>]+/.exec(
    await read('README.md'),
  )?.[0];
  const parameters = new URL(link ?? '').searchParams;
  expect(parameters.getAll('events[]').sort()).toEqual([...manifest.default_events].sort());
  expect(parameters.get('contents')).toBe('read');
  expect(parameters.get('metadata')).toBe('read');
  expect(parameters.get('public')).toBe('false');
  expect(parameters.get('webhook_url')).toBe(manifest.hook_attributes.url);
  expect(parameters.get('url')).toBe(manifest.url);
  const known = [
    'name',
    'url',
    'public',
    'webhook_active',
    'webhook_url',
    'contents',
    'metadata',
    'events[]',
  ];
  expect([...new Set(parameters.keys())].sort()).toEqual(known.sort());
});
