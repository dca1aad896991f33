import { expect, test } from 'vitest';
import { aDestination } from '../gateway/a-destination.ts';
import { aGateway, anAirflow } from '../gateway/rig.ts';
import { nine } from '../support/nine.ts';

test('its own cookie and token pass the gateway in both directions, and no cookie of another generation', async () => {
  const pane = `${nine.cookie}=the-secret`;
  const sent: (string | undefined)[] = [];
  const { upstream } = await anAirflow(({ headers }, response) => {
    sent.push(headers.cookie, headers.authorization);
    response.setHeader('set-cookie', [pane, '_token=x']).end();
  });
  const { url } = await aGateway([aDestination({ upstream })], {
    cookies: [nine.cookie],
    issued: async (_destination, token) => nine.issued('the-secret', token),
  });
  const headers = { cookie: `_token=the-secret; ${pane}`, authorization: 'Bearer the-secret' };
  const answer = await fetch(`${url}/feature/hardy/`, { headers });
  expect(sent).toEqual([pane, 'Bearer the-secret']);
  expect(answer.headers.getSetCookie()).toEqual([`${pane}; Path=/feature/hardy/`]);
});
