import { createSlack } from './slack/slack.ts';
import type { Logger } from 'pino';
import type { Config } from '../config/api.ts';
import type { ReadSecret } from '../model/secret-use.ts';
import type { Channel } from './api.ts';

interface Parts {
  config: Config;
  readSecret: ReadSecret;
  log: Logger;
}

/** Every way to tell people about previews. */
export const createChannels = ({ config, readSecret, log }: Parts): readonly Channel[] => [
  createSlack({ apiUrl: config.slackApiUrl, readSecret, log }),
];
