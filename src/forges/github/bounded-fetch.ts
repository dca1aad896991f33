/** Far above a page of a hundred branches; what an answer unpacks to counts, not what travels. */
const MOST_BYTES = 8 * 1024 * 1024;
/** Answers that have no body, by their status. */
const BODILESS = [101, 204, 205, 304];

/** `fetch`, but for answers that are longer than any of GitHub's: whoever names the host must not be able to fill our memory. */
export const boundedFetch: typeof fetch = async (...asked) => {
  const answer = await fetch(...asked);
  if (!answer.body || BODILESS.includes(answer.status)) return answer;
  let bytes = 0;
  const counted = answer.body.pipeThrough(
    new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform(chunk, out) {
        bytes += chunk.byteLength;
        if (bytes > MOST_BYTES) out.error(new Error(`the answer is longer than ${MOST_BYTES} bytes`));
        else out.enqueue(chunk);
      },
    }),
  );
  const { status, statusText, headers } = answer;
  return new Response(counted, { status, statusText, headers });
};
