import { Writable } from 'node:stream';
import { Exec as ExecClient, type KubeConfig } from '@kubernetes/client-node';
import { ClusterError } from './errors.ts';

export interface PodContainer {
  namespace: string;
  pod: string;
  container: string;
}

/** Runs a command in a container; resolves once it ended with 0. */
export type Exec = (where: PodContainer, command: readonly string[]) => Promise<void>;

/** What the library gives is a WebSocket of `ws`, whose types are not installed. */
interface Connection {
  on(event: 'close' | 'error', listener: () => void): unknown;
  close(): void;
}

const LONGEST_MS = 10_000;

export const createExec =
  (config: () => KubeConfig): Exec =>
  ({ namespace, pod, container }, command) =>
    new Promise((resolve, reject) => {
      const about = `exec in ${namespace}/${pod}, container ${container}`;
      const complaint: Buffer[] = [];
      const stderr = new Writable({
        write(chunk: Buffer, _encoding, done) {
          if (complaint.length < 16) complaint.push(chunk);
          done();
        },
      });
      const fail = (code: 'Timeout' | 'Unreachable' | 'Internal', why: string, cause?: unknown) =>
        reject(new ClusterError(code, `${about}: ${why}`, { cause }));
      const ended = ({ status, message = '' }: { status?: string; message?: string }) =>
        status === 'Success'
          ? resolve()
          : fail('Internal', `${message} ${Buffer.concat(complaint).toString().slice(0, 300)}`.trim());
      new ExecClient(config())
        .exec(namespace, pod, container, [...command], null, stderr, null, false, ended)
        .then((made) => {
          const connection = made as unknown as Connection;
          const timer = setTimeout(() => {
            fail('Timeout', `not ended within ${LONGEST_MS / 1000} s`);
            connection.close();
          }, LONGEST_MS);
          connection.on('error', () => connection.close());
          connection.on('close', () => {
            clearTimeout(timer);
            fail('Unreachable', 'the connection ended before the command did'); // too late if it has said how it ended
          });
        })
        .catch((cause: unknown) => fail('Unreachable', reasonOf(cause), cause));
    });

const reasonOf = (thrown: unknown) => (thrown as { message?: string } | undefined)?.message ?? String(thrown);
