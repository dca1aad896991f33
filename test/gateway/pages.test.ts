import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { indexPage } from '../../src/gateway/pages/index-page.ts';
import { contentSecurityPolicy } from '../../src/gateway/pages/layout.ts';
import { missingPage } from '../../src/gateway/pages/missing.ts';
import { waitingPage } from '../../src/gateway/pages/waiting.ts';
import { aDestination, aWaitingOne } from './a-destination.ts';

const hostile = `"><script>alert(1)</script><img src=x onerror='x'>\u202egpj`;

describe('the pages', () => {
  test('show hostile names, steps and messages as text', () => {
    const one = aWaitingOne({
      branch: hostile,
      repository: hostile,
      message: hostile,
      reason: hostile,
      prefix: hostile,
      steps: [{ name: hostile, done: false }],
    });
    for (const page of [waitingPage(one), indexPage([one])]) {
      expect(page).not.toMatch(/<script|<img/);
      expect(page).not.toContain('\u202e');
      expect(page).toContain('&#60;script&#62;');
      expect(page).toContain('⟨U+202E⟩');
    }
  });

  test('hold no script and exactly the style that the policy allows', () => {
    for (const page of [waitingPage(aWaitingOne()), indexPage([aDestination()]), missingPage()]) {
      const style = /<style>([^]*?)<\/style>/.exec(page)?.[1] ?? '';
      const hash = createHash('sha256').update(style).digest('base64');
      expect(contentSecurityPolicy).toContain(`'sha256-${hash}'`);
      expect(page).not.toMatch(/<script| style=| on[a-z]+=/i);
    }
  });
});

describe('the waiting page', () => {
  test('tells the branch, the steps, the reason, and looks again by itself', () => {
    const page = waitingPage(aWaitingOne());
    expect(page).toContain('<meta http-equiv="refresh" content="2" />');
    expect(page).toContain('feature/hardy');
    expect(page).toContain('Getting ready');
    expect(page).toContain('git-sync has not fetched the branch yet.');
    expect(page.match(/<li class="done">/g)).toHaveLength(1);
    expect(page.match(/aria-current="step"/g)).toHaveLength(1);
  });

  test('says so when something has to be done', () => {
    const page = waitingPage(aWaitingOne({ reason: 'DagsFolderMissing', message: 'No folder dags/.' }));
    expect(page).toContain('Not working');
    expect(page).toContain('class="card failed"');
  });
});

test.each([
  ['Queued', 'Waiting in line'],
  ['Suspended', 'Suspended'],
])('a preview that is %s is called %s on both pages', (reason, word) => {
  const one = aWaitingOne({ reason, message: '3rd in line; 20 of 20 previews are in use.' });
  for (const page of [waitingPage(one), indexPage([one])]) {
    expect(page).toContain(word);
    expect(page).toContain('3rd in line');
  }
});

describe('the index', () => {
  test('lists previews by name with state and link', () => {
    const page = indexPage([
      aWaitingOne({ branch: 'feature/b', prefix: '/feature/b' }),
      aDestination({ branch: 'feature/a', prefix: '/feature/a' }),
    ]);
    expect(page).toContain('<a href="/feature/a/">');
    expect(page.indexOf('feature/a')).toBeLessThan(page.indexOf('feature/b'));
    expect(page).toContain('Ready');
  });

  test('never links to another host', () => {
    expect(indexPage([aDestination({ prefix: '//evil.example' })])).not.toContain('evil.example');
  });

  test('says how to get a first one', () => expect(indexPage([])).toContain('git push origin'));
});

test('the index tells of a preview that can be opened what does not work all the same', () => {
  const limping = aDestination({ reason: 'GitRefused', message: 'Renew the credentials.' });
  expect(indexPage([limping])).toMatch(/Renew the credentials\.[^]*Ready/);
  expect(indexPage([aDestination()])).not.toContain('All parts are healthy.');
});
