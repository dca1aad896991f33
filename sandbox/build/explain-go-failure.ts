import { SandboxError } from '../base/sandbox-error.ts';

const noNetwork =
  /dial tcp|no such host|i\/o timeout|connection refused|network is unreachable|TLS handshake/i;
const noSpace = /no space left on device|disk quota exceeded/i;

/** Turns what the Go command printed into an error with a remedy. */
export function explainGoFailure(tool: string, stderr: string): SandboxError {
  const said = stderr.trim().split('\n').slice(-8).join('\n  ');
  if (noSpace.test(stderr))
    return new SandboxError(
      `building ${tool}: the disk is full:\n  ${said}`,
      'free at least 8 GiB where the caches of Go (go env GOCACHE GOMODCACHE) and the temporary folder are; then run this again, it goes on where it stopped',
    );
  if (noNetwork.test(stderr))
    return new SandboxError(
      `building ${tool}: Go modules could not be downloaded:\n  ${said}`,
      'let this machine reach the Go module proxy that "go env GOPROXY" names (HTTPS_PROXY is respected); then run this again, what was downloaded is kept',
    );
  if (/requires go >=|toolchain not available|go\.mod requires go/i.test(stderr))
    return new SandboxError(
      `building ${tool}: this Go is too old:\n  ${said}`,
      'install a newer Go from https://go.dev/dl',
    );
  return new SandboxError(
    `building ${tool} failed:\n  ${said}`,
    'read the lines above; "go clean -cache" helps against a damaged build cache',
  );
}
