/** Someone else keeps undoing what Offshoot does to an object: Offshoot corrects it at growing intervals. */
export interface Contested {
  change: 'contested';
  object: string;
  /** Their field manager, if Kubernetes knows it. */
  by: string | undefined;
  /** Which field they change, such as `spec.replicas`. */
  field?: string | undefined;
  /** When it is corrected next; 0: it is correct now. */
  againInMs: number;
}
