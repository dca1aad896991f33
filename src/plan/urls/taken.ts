import { hostNameOf } from '../../model/host-name.ts';
import type { TakenUrls } from '../api.ts';

/** The URLs that are granted. They are told apart as the gateway does it: by the host's name and the path. */
export class Taken implements TakenUrls {
  readonly #places = new Set<string>();
  readonly #above = new Set<string>();

  add(url: string): void {
    const place = placeOf(url);
    this.#places.add(place);
    for (const one of above(place)) this.#above.add(one);
  }

  /** Is this URL granted already, or one above or below it? */
  overlaps(url: string): boolean {
    const place = placeOf(url);
    return (
      this.#places.has(place) || this.#above.has(place) || above(place).some((one) => this.#places.has(one))
    );
  }
}

const placeOf = (url: string) => `${hostNameOf(url)}${new URL(url).pathname}`;

const above = (place: string): string[] => {
  const segments = place.split('/');
  return segments.slice(1, -1).map((_, at) => segments.slice(0, at + 2).join('/'));
};
