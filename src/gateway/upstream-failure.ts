export interface UpstreamFailure {
  /** 503 while nothing was sent that could have had an effect; 504 for an answer that never came; 502 for one cut short. */
  status: 502 | 503 | 504;
  reason: 'AirflowStarting';
  message: string;
  /** The code of the error underneath, for the log. */
  cause: string;
}

const NOT_CONNECTED = [
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
  'ETIMEDOUT',
];

/** What to report about an Airflow that should answer and does not. */
export function upstreamFailure(error: Error): UpstreamFailure {
  const cause = innermostCode(error);
  const said = (status: UpstreamFailure['status'], message: string): UpstreamFailure => ({
    status,
    reason: 'AirflowStarting',
    message,
    cause,
  });
  if (NOT_CONNECTED.includes(cause))
    return said(503, `Airflow is not accepting connections (${cause}); it is probably restarting.`);
  if (cause === 'UND_ERR_HEADERS_TIMEOUT')
    return said(504, 'Airflow accepted the request but did not answer in time.');
  return said(502, `Airflow closed the connection before answering (${cause}).`);
}

/** The proxy wraps what the connection said. */
function innermostCode(error: unknown): string {
  let code = 'unknown';
  for (let one = error; one instanceof Error; one = one.cause) {
    const own = (one as { code?: unknown }).code;
    if (typeof own === 'string') code = own;
  }
  return code;
}
