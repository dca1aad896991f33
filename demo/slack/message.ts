/** A message as the channel holds it; every version it had is kept, so that tests see what readers saw. */
export interface SlackMessage {
  readonly channel: string;
  readonly ts: string;
  readonly content: SlackContent;
  readonly versions: readonly SlackContent[];
}

export interface SlackContent {
  readonly text: string;
  readonly blocks: readonly unknown[];
  readonly attachments: readonly unknown[];
  readonly metadata: unknown;
  /** `performance.now()` when Slack took it. */
  readonly at: number;
}

/** Reads the arguments of chat.postMessage and chat.update: form fields, of which the structured ones are JSON. */
export function contentOf(fields: ReadonlyMap<string, string>): SlackContent {
  const json = (name: string): unknown => JSON.parse(fields.get(name) ?? 'null');
  return {
    text: fields.get('text') ?? '',
    blocks: (json('blocks') as unknown[] | null) ?? [],
    attachments: (json('attachments') as unknown[] | null) ?? [],
    metadata: json('metadata'),
    at: performance.now(),
  };
}
