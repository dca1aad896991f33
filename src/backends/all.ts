import { native } from './native/native.ts';

/** How previews are made. There is one way so far; the next is chosen here. */
export const backendKind = native;
