import { gzipSync } from 'node:zlib';

const LINES = [
  'SET statement_timeout = 0;',
  'CREATE TABLE public.alembic_version (version_num character varying(32) NOT NULL);',
  'COPY public.alembic_version (version_num) FROM stdin;',
  '1d6611b6ab7c',
  '\\.',
  '-- PostgreSQL database dump complete',
];

/** What the Job prints: a dump, compressed, as base64 in lines. */
export const aSchemaDump = (lines: readonly string[] = LINES): string =>
  `${gzipSync(`${lines.join('\n')}\n`)
    .toString('base64')
    .replace(/.{76}/g, '$&\n')}\n`;

export const dumpWithout = (text: string) => aSchemaDump(LINES.filter((line) => !line.includes(text)));
