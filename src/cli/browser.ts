/** The command that opens a URL in the person's browser, as argv; undefined where there can be none. */
export function browserCommand(
  url: string,
  platform: string,
  environment: Record<string, string | undefined>,
): readonly [program: string, ...args: string[]] | undefined {
  if (platform === 'darwin') return ['open', url];
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler', url];
  return environment['DISPLAY'] || environment['WAYLAND_DISPLAY'] ? ['xdg-open', url] : undefined;
}
