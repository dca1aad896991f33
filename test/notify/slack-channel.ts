import { createSlack } from '../../src/notify/slack/slack.ts';
import { log } from './slack-rig.ts';

/** The Slack channel where nobody talks to Slack. */
export const slackChannel = createSlack({
  apiUrl: 'http://slack.invalid/',
  readSecret: async () => undefined,
  log,
});
