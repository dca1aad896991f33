import { expect, test } from 'vitest';
import { aDestination } from './a-destination.ts';
import { aGateway, anAirflow, tokenOf } from './rig.ts';

const hardy = aDestination();
const other = aDestination({ prefix: '/feature/other', namespace: 'dags-feature-other' });

/** Two previews, and what either was sent. */
async function visit(path: string, headers: Record<string, string>) {
  const seen: (string | undefined)[] = [];
  const { upstream } = await anAirflow((request, response) => {
    seen.push(request.headers.cookie, request.headers.authorization);
    response.end();
  });
  const { url } = await aGateway([hardy, other].map((one) => ({ ...one, upstream })));
  await fetch(url + path, { headers });
  return seen;
}

test('a token that this preview issued reaches it, as cookie and as bearer: people and programs work', async () => {
  const token = tokenOf(hardy);
  const headers = { cookie: `a=1; _token=${token};b=2`, authorization: `bearer ${token}` };
  expect(await visit('/feature/hardy/api/v2/dags', headers)).toEqual([`_token=${token}`, `Bearer ${token}`]);
});

test('F21: a token of another preview does not, nor does one that only looks like its own', async () => {
  const [own, foreign] = [tokenOf(hardy), tokenOf(other)];
  const [header, claims, signature] = own.split('.');
  const forged = [
    foreign,
    `${header}.${claims}x.${signature}`,
    `${header}.${claims}.`,
    `${header}.${claims}`,
    `x.${own}`,
    `${own}x`,
    signature!,
    '..',
    'SSO-SESSION',
  ];
  for (const token of forged)
    expect(
      await visit('/feature/hardy/', { cookie: `_token=${token}`, authorization: `Bearer ${token}` }),
      token,
    ).toEqual([undefined, undefined]);
  expect(await visit('/feature/hardy/', { cookie: `_token=${foreign}; _token=${own}` })).toEqual([
    `_token=${own}`,
    undefined,
  ]);
});

test.each(['Basic eDp5', `Basic ${tokenOf(hardy)}`, `Bearer ${tokenOf(hardy)}, Basic eDp5`])(
  'F21: another scheme does not: %s',
  async (authorization) => {
    expect(await visit('/feature/hardy/', { authorization })).toEqual([undefined, undefined]);
  },
);
