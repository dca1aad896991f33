import type { KubeClient } from '../../../demo/oracle/kube-client.ts';

/** The values of a Secret, decoded. */
export async function secretOf(
  kube: KubeClient,
  namespace: string,
  name: string,
): Promise<Readonly<Record<string, string>>> {
  const { status, body } = await kube.get(`/api/v1/namespaces/${namespace}/secrets/${name}`);
  if (status !== 200) throw new Error(`Secret ${namespace}/${name} answers ${status}`);
  const { data } = body as { data: Record<string, string> };
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString('utf8')]),
  );
}

/** Everything that reads like this text in a file, a header or a URL. */
export function guisesOf(user: string, password: string): readonly string[] {
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  return [
    ...new Set([password, base64(password), base64(`${user}:${password}`), encodeURIComponent(password)]),
  ];
}
