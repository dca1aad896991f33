import { dialects } from '../airflow/all.ts';
import { destinationOf } from '../gateway/destination.ts';
import { forHost } from '../gateway/for-host.ts';
import { oncePerObject } from '../model/once-per-object.ts';
import { liveIn } from '../observe/live.ts';
import { createSigningKeys } from '../observe/signing-keys.ts';
import { rightful, whoseHost } from '../plan/urls/owner.ts';
import type { Backend, BackendKind } from '../backends/api.ts';
import type { Reach } from '../cluster/api.ts';
import type { GatewayOptions } from '../gateway/api.ts';
import type { ReadSecret } from '../model/secret-use.ts';
import type { Caches } from './caches.ts';

interface Parts {
  caches: Caches;
  secrets: BackendKind['secrets'];
  look: Backend['look'];
  addressOf: Reach['addressOf'];
  readSecret: ReadSecret;
  now(): Date;
}

const destination = oncePerObject(destinationOf);

/** What the gateway knows of previews. Which there are is worked out when one changes, not when somebody visits. */
export function gatewayFacts({
  caches,
  secrets,
  look,
  addressOf,
  readSecret,
  now,
}: Parts): Pick<GatewayOptions, 'served' | 'upstreamOf' | 'cookies' | 'issued'> {
  const signingKey = createSigningKeys(caches.secrets, readSecret, secrets.signing);
  const work = () => {
    const repositories = caches.repositories.list();
    const all = rightful(caches.readable(), repositories);
    return { all, whose: whoseHost(repositories) };
  };
  let known: ReturnType<typeof work> | undefined;
  const forget = () => (known = undefined);
  caches.previews.onChange(forget);
  caches.repositories.onChange(forget);

  return {
    served(host) {
      const { all, whose } = (known ??= work());
      const its = forHost(all, host, whose(`http://${host}`) !== undefined);
      return its?.flatMap(({ preview }) => destination(preview) ?? []);
    },
    upstreamOf({ uid }) {
      const preview = caches.previews.byUid(uid);
      const service = preview && look(liveIn(caches, preview, now())).endpoint?.service;
      return service && addressOf(service);
    },
    cookies: dialects.map(({ cookie }) => cookie),
    async issued({ namespace, uid }, token) {
      const key = await signingKey({ namespace, previewUid: uid });
      return key !== undefined && dialects.some((one) => one.issued(key, token));
    },
  };
}
