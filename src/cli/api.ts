import type { Config } from '../config/api.ts';
import type { DagRepository } from '../model/dag-repository.ts';
import type { KubeObject } from '../model/object.ts';
import type { Preview } from '../model/preview.ts';

/** What main.ts hands to the commands. */
export interface Tools {
  config(): Config;
  serve(config: Config): Promise<{ stop(): Promise<void> }>;
  previews(config: Config, namespace: string | undefined): Promise<Preview[]>;
  /** Everything that Offshoot would make for a branch, without a cluster. */
  render(repository: DagRepository, branch: string): KubeObject[];
  readFile(path: string): Promise<string>;
  /** Resolves when a person or the platform asks the process to end. */
  ended(): Promise<void>;
}

/** Data for stdout; a number is the exit code. */
export interface Result {
  out?: string;
  exitCode?: number;
}

export interface Command {
  name: string;
  /** As commander writes them: `<file>`, `[branch]`. */
  arguments?: readonly [syntax: string, description: string][];
  options?: readonly [syntax: string, description: string][];
  description: string;
  run(tools: Tools, args: string[], options: Record<string, string | undefined>): Promise<Result>;
}
