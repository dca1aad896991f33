import { createPrivateKey } from 'node:crypto';
import type { SecretData } from '../api.ts';

/** What a DagRepository has to show to GitHub. */
export type Access =
  | { kind: 'anonymous' }
  | { kind: 'token'; token: string }
  | { kind: 'app'; appId: string; privateKey: string };

/** What the Secret's keys come to; throws an Error whose message says what is wrong with them. */
export function accessOf(credentials: SecretData | undefined): Access {
  if (!credentials) return { kind: 'anonymous' };
  const [token, appId, privateKey] = ['token', 'app-id', 'private-key'].map((key) =>
    credentials[key]?.trim(),
  );
  if (token && (appId || privateKey))
    throw new Error('has both a token and the keys of an App; keep only one of the two');
  if (token) return { kind: 'token', token };
  if (!appId && !privateKey) throw new Error('lacks the key token, or app-id and private-key');
  if (!appId || !privateKey) throw new Error(`lacks ${appId ? 'private-key' : 'app-id'}`);
  return { kind: 'app', appId, privateKey: pkcs8(privateKey) };
}

/** GitHub hands out PKCS #1; Web Crypto, which signs, takes PKCS #8. */
function pkcs8(pem: string): string {
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === 'rsa') return key.export({ type: 'pkcs8', format: 'pem' }).toString();
  } catch {
    // What the parser says could quote the key.
  }
  throw new Error(
    'has a private-key that is not an RSA key in PEM format; use the file that GitHub generated',
  );
}
