import type { LogLine, LogOptions } from './api.ts';
import { breakdown } from './failure.ts';
import { kinds } from '../model/kinds.ts';
import { lines } from './lines.ts';
import { objectPath, query } from './paths.ts';
import { type Transport, what } from './transport.ts';

/** A container's log, each line with its time. Ends with the log, or, while it is followed, with the container. */
export async function* podLog(transport: Transport, options: LogOptions): AsyncGenerator<LogLine> {
  const { namespace, pod, container, follow, tailLines, sinceSeconds, sinceTime, signal } = options;
  const call = {
    verb: 'get',
    method: 'GET' as const,
    path:
      objectPath(kinds.Pod, namespace, pod, 'log') +
      query({ container, follow, tailLines, sinceSeconds, sinceTime, timestamps: true }),
    resource: 'pods/log',
    namespace,
    name: pod,
    accept: '*/*',
    signal,
  };
  const body = await transport.stream(call);
  try {
    for await (const line of lines(body, { rest: 'keep' })) {
      const space = line.indexOf(' ');
      yield space < 0 ? { at: line, text: '' } : { at: line.slice(0, space), text: line.slice(space + 1) };
    }
  } catch (error) {
    throw breakdown(what(call), error);
  }
}
