import { FORBIDDEN, FORBIDDEN_URL, forbiddenHost } from './forbidden-host.ts';
import { gitHost } from './git-url.ts';

/** For the API server: a URL whose host may be asked, whatever the URL's form. */
export const notForbidden = {
  rule: `!self.lowerAscii().matches(${JSON.stringify(FORBIDDEN_URL.source.replaceAll('\\/', '/'))})`,
  message: FORBIDDEN,
};

/** The same for our own reading. A string that is no URL has already been rejected. */
export const mayBeAsked = (url: string) =>
  (url.includes('://') && !URL.canParse(url)) || !forbiddenHost(gitHost(url));
