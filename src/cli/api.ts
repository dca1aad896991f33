import type { BackendKind } from '../backends/api.ts';
import type { Cluster } from '../cluster/api.ts';
import type { Config } from '../config/api.ts';
import type { DagRepository, ReadDagRepository } from '../model/dag-repository.ts';
import type { Forge } from '../forges/api.ts';
import type { KubeObject } from '../model/object.ts';
import type { Channel } from '../notify/api.ts';
import type { ReadSecret } from '../model/secret-use.ts';
import type { Rule } from './doctor/rights.ts';

/** What main.ts hands to the commands. */
export interface Tools {
  config(): Config;
  serve(config: Config): Promise<{ stop(): Promise<void> }>;
  /** Connects as kubectl does, by --kubeconfig and --context, for as long as `use` takes. */
  withCluster<T>(use: (access: Access) => Promise<T>): Promise<T>;
  /** Parses a DagRepository as Offshoot does. */
  readRepository(object: KubeObject): ReadDagRepository;
  /** Everything that Offshoot would create for a branch, without a cluster. */
  render(repository: DagRepository, branch: string): KubeObject[];
  backend: Pick<BackendKind, 'watches' | 'partsIn'>;
  probes: Probes;
  readFile(path: string): Promise<string>;
  /** Opens a person's browser; false where there is none. */
  browse(url: string): Promise<boolean>;
  /** Prints a line of data to stdout at once, for commands that keep running. */
  print(line: string): void;
  /** Prints a line for the person at the terminal to stderr: never data. */
  tell(line: string): void;
  /** Resolves when a person or the platform asks the process to end. */
  ended(): Promise<void>;
}

/** What `doctor` asks the world outside the cluster. */
export interface Probes {
  /** Such as 24.1.0. */
  nodeVersion: string;
  gitSyncImage: string;
  forges: readonly Forge[];
  /** The rules of the ClusterRole that this version ships; undefined where the file is missing (in the image). */
  shippedRole(): Promise<Rule[] | undefined>;
  /** The channels that people are told by, with Secrets read as this reads them. */
  channels(readSecret: ReadSecret): readonly Channel[];
  /** The HTTP status that a URL answers with; throws if it does not answer. */
  visit(url: string): Promise<number>;
}

export interface Access {
  cluster: Cluster;
  /** The API server's URL, for messages. */
  server: string;
  /** The kubeconfig's context. */
  context: string | undefined;
}

/** Data for stdout; a number is the exit code. */
export interface Result {
  out?: string;
  exitCode?: number;
}

export type Option = readonly [syntax: string, description: string];

/** Values of the command's options by camel-cased name; a flag without a value is true. */
export type Options = Record<string, string | boolean | undefined>;

export interface Command {
  name: string;
  /** As commander writes them: `<file>`, `[branch]`. */
  arguments?: readonly (readonly [syntax: string, description: string])[];
  options?: readonly Option[];
  description: string;
  /** Shown at the end of its help. */
  notes?: string;
  run(tools: Tools, args: string[], options: Options): Promise<Result>;
}
