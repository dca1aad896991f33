import { describe, expect, test } from 'vitest';
import { requestHeaders, withoutHopByHop } from '../../src/gateway/request-headers.ts';

const peer = { address: '10.0.0.9', encrypted: false, bodiless: false };

describe('requestHeaders', () => {
  test('keeps the host and tells it, the scheme and the address as a proxy does', () => {
    expect(requestHeaders({ host: 'airflow.example.com', cookie: 'a=b' }, peer)).toEqual({
      host: 'airflow.example.com',
      cookie: 'a=b',
      'x-forwarded-host': 'airflow.example.com',
      'x-forwarded-proto': 'http',
      'x-forwarded-for': '10.0.0.9',
    });
  });

  test('believes a proxy in front of it and adds itself to the chain', () => {
    const headers = requestHeaders(
      {
        host: 'gateway.internal',
        'x-forwarded-host': 'airflow.example.com',
        'x-forwarded-proto': 'https',
        'x-forwarded-for': '1.2.3.4',
      },
      peer,
    );
    expect(headers).toMatchObject({
      'x-forwarded-host': 'airflow.example.com',
      'x-forwarded-proto': 'https',
      'x-forwarded-for': '1.2.3.4, 10.0.0.9',
    });
  });

  test('drops the length of a body that is not passed on', () => {
    expect(requestHeaders({ 'content-length': '4' }, { ...peer, bodiless: true })).not.toHaveProperty(
      'content-length',
    );
  });
});

test('hop-by-hop headers are dropped, those that Connection names included', () => {
  const kept = withoutHopByHop({
    connection: 'Keep-Alive, X-Mine',
    'keep-alive': 'timeout=5',
    'x-mine': '1',
    te: 'trailers',
    expect: '100-continue',
    'transfer-encoding': 'chunked',
    upgrade: 'h2c',
    'proxy-authorization': 'Basic x',
    authorization: 'Bearer y',
  });
  expect(kept).toEqual({ authorization: 'Bearer y' });
});
