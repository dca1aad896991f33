import type { Recipe } from '../recipe.ts';

/** What Offshoot's Dockerfile is given as BASE_IMAGE where no registry answers; it lacks nothing, so that apt is not needed. */
export const offshootBase: Recipe = {
  name: 'localhost/offshoot-sandbox/offshoot-base:bookworm',
  source: import.meta.dirname,
  standsFor: 'debian:bookworm-slim with what the Dockerfile would install',
  packages: ['git', 'libstdc++6', 'openssh-client'],
  // Only git's scripts for people need perl.
  unused: [
    'usr/share/perl',
    'usr/lib/*/perl',
    'usr/lib/*/libperl*',
    'usr/share/{gitweb,git-core/contrib}',
    'usr/lib/git-core/mergetools',
  ],
  fill: () => Promise.resolve(),
  config: {
    Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
    Entrypoint: ['/bin/sh'],
  },
};
