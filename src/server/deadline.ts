/** Whoever waits longer is told to deliver it again. What was begun goes on: a mark that is left twice is one mark. */
export function deadline(ms: number) {
  const until = performance.now() + ms;
  return async function inTime<T>(work: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      const error = Object.assign(new Error('The Kubernetes API did not answer in time.'), {
        statusCode: 503,
      });
      timer = setTimeout(() => reject(error), Math.max(0, until - performance.now()));
    });
    return Promise.race([work, late]).finally(() => clearTimeout(timer));
  };
}

export type InTime = ReturnType<typeof deadline>;
