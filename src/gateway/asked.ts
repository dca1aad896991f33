import type { IncomingMessage } from 'node:http';
import { hostNameOf } from '../model/host-name.ts';

/** At which address somebody asks for something. */
export interface Asked {
  scheme: 'http' | 'https';
  /** With the port, if there is one. */
  host: string;
  /** The host by name alone. */
  name: string;
}

/** Whose forwarding headers are believed; undefined is an address that is not known. */
export type Trusted = (address: string | undefined) => boolean;

const HOST = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:[0-9]{1,5})?$/i;

/** By the Host header, or by what a trusted proxy says of it; undefined for none, for two, and for what is no host. */
export function askedOf({ headers, headersDistinct, socket }: IncomingMessage, trusted: Trusted) {
  const isProxy = trusted(socket.remoteAddress);
  // Each proxy adds to the end what it was asked for; the beginning is whatever the client wrote.
  const told = (name: string) =>
    (isProxy && headers[name]?.toString().split(',').at(-1)?.trim()) || undefined;
  const host = told('x-forwarded-host') ?? headersDistinct['host']?.join(' ') ?? '';
  const name = HOST.test(host) ? hostNameOf(`http://${host}`) : undefined;
  if (name === undefined) return undefined;
  const encrypted = told('x-forwarded-proto') ?? ('encrypted' in socket ? 'https' : 'http');
  return { scheme: encrypted.toLowerCase() === 'https' ? 'https' : 'http', host, name } satisfies Asked;
}
