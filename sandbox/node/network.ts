export interface NodeNetwork {
  hostAddress: string;
}
