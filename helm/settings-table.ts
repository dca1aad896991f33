import { settings } from '../src/config/config.ts';

const cell = (text: string) => text.replaceAll('|', '\\|');

/** The README's table of settings. */
export const settingsTable = () =>
  [
    '| flag, environment variable | default | meaning |',
    '| --- | --- | --- |',
    ...settings().map(
      ({ flag, variable, preset, description }) =>
        `| \`${flag}\`, \`${variable}\` | ${preset ? `\`${preset}\`` : ''} | ${cell(description)} |`,
    ),
  ].join('\n');
