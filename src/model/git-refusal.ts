const REFUSED =
  /authentication failed|permission denied|could not read (username|password)|not found|access denied|returned error: 40[13]|host key verification failed/i;

/**
 * Whether git's own words mean that the host answered and refused, rather than that it cannot be reached. `url` is the
 * administrator's text, and may hold any word or number.
 */
export const gitRefused = (words: string, url: string) => REFUSED.test(words.replaceAll(url, ''));
