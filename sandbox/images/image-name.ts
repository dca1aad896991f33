/**
 * The fully qualified form of an image name, as containerd and kubelet resolve it: `postgres:17` is
 * `docker.io/library/postgres:17`. A name without a tag gets `latest`.
 */
export function qualifiedImageName(name: string): string {
  const [first = ''] = name.split('/', 1);
  const hasHost = name.includes('/') && (/[.:]/.test(first) || first === 'localhost');
  const path = hasHost ? name : name.includes('/') ? `docker.io/${name}` : `docker.io/library/${name}`;
  return /[:@]/.test(path.slice(path.lastIndexOf('/'))) ? path : `${path}:latest`;
}

/** The same name as one path segment. */
export function fileNameOfImage(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9._-]/g, '_');
}
