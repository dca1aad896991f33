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

/** `longestMs`: for connecting and the command together. */
export const createExec =
  (config: () => KubeConfig, longestMs = 10_000): Exec =>
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
      let connection: Connection | undefined;
      let late = false;
      // Whichever comes first counts; what is said later is too late.
      const fail = (code: 'Timeout' | 'Unreachable' | 'Internal', why: string, cause?: unknown) => {
        clearTimeout(timer);
        reject(new ClusterError(code, `${about}: ${why}`, { cause }));
      };
      const timer = setTimeout(() => {
        late = true;
        fail('Timeout', `did not end within ${longestMs / 1000} s`);
        connection?.close();
      }, longestMs);
      const ended = ({ status, message = '' }: { status?: string; message?: string }) => {
        if (status !== 'Success')
          return fail('Internal', `${message} ${Buffer.concat(complaint).toString().slice(0, 300)}`.trim());
        clearTimeout(timer);
        resolve();
      };
      new ExecClient(config())
        .exec(namespace, pod, container, [...command], null, stderr, null, false, ended)
        .then((made) => {
          const opened = made as unknown as Connection;
          connection = opened;
          if (late) opened.close();
          opened.on('error', () => opened.close());
          opened.on('close', () => fail('Unreachable', 'the connection ended before the command did'));
        })
        .catch((cause: unknown) => fail('Unreachable', reasonOf(cause), cause));
    });

const reasonOf = (thrown: unknown) => (thrown as { message?: string } | undefined)?.message ?? String(thrown);
