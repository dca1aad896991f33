/** Others keep undoing what Offshoot does to an object: it is set right ever more slowly, or waits to be. */
export interface Contested {
  change: 'contested';
  object: string;
  /** Their field manager, if Kubernetes knows it. */
  by: string | undefined;
  /** When it is set right again; 0: it is as it should be. */
  againInMs: number;
}
