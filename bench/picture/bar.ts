/** Something that took from one second to another, both since the push. */
export interface Bar {
  readonly what: string;
  readonly from: number;
  readonly to: number;
}
