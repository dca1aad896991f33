import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Destination } from './api.ts';
import { indexPage } from './pages/index-page.ts';
import { contentSecurityPolicy } from './pages/layout.ts';
import { missingPage, unknownHostPage } from './pages/missing.ts';
import { RETRY_SECONDS, waitingPage } from './pages/waiting.ts';

/** The gateway's own answers: a page for a person, an RFC 9457 problem for a program. */
export const answerWaiting = (
  request: FastifyRequest,
  reply: FastifyReply,
  to: Destination,
  status = 503,
) => {
  reply.code(status).header('retry-after', RETRY_SECONDS);
  if (wantsPage(request)) return sendPage(reply, waitingPage(to));
  const { branch, repository, reason, message, steps } = to;
  return sendProblem(reply, {
    title: to.ready
      ? 'The Airflow of this branch is not responding'
      : 'The Airflow of this branch is not ready',
    status,
    detail: message,
    repository,
    branch,
    reason,
    steps,
  });
};

const notFound =
  (page: () => string, title: string, detail: string) => (request: FastifyRequest, reply: FastifyReply) => {
    reply.code(404);
    if (wantsPage(request)) return sendPage(reply, page());
    return sendProblem(reply, { title, status: 404, detail });
  };

export const answerMissing = notFound(
  missingPage,
  'No preview at this address',
  'The branch may have been deleted, or never pushed. GET / lists all previews.',
);

export const answerUnknownHost = notFound(
  unknownHostPage,
  'No previews on this host',
  'Use the host in a DagRepository’s spec.url.base, or an IP address.',
);

export function answerIndex(reply: FastifyReply, destinations: readonly Destination[]) {
  return sendPage(reply.code(200), indexPage(destinations));
}

/** `/feature/hardy` to `/feature/hardy/`: the links in Airflow's pages are relative to the latter. The query is kept. */
export function answerWithSlash(reply: FastifyReply, path: string, query: string) {
  return reply
    .code(307)
    .headers({ location: `${path}/${query}`, 'cache-control': 'no-store' })
    .send();
}

export function answerProblem(reply: FastifyReply, status: number, title: string, detail: string) {
  return sendProblem(reply.code(status), { title, status, detail });
}

const wantsPage = (request: FastifyRequest) =>
  ['GET', 'HEAD'].includes(request.method) && /\btext\/html\b/i.test(request.headers.accept ?? '');

const sendPage = (reply: FastifyReply, page: string) =>
  reply
    .headers({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': contentSecurityPolicy,
      'referrer-policy': 'no-referrer',
      ...common,
    })
    .send(page);

const sendProblem = (reply: FastifyReply, problem: Record<string, unknown>) =>
  reply
    .headers({ 'content-type': 'application/problem+json', ...common })
    .send(JSON.stringify({ type: 'about:blank', ...problem }));

const common = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };
