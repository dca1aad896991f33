import { html } from '../html.ts';
import { page } from './layout.ts';

/** For an address that belongs to no preview. It repeats nothing of the address. */
export const missingPage = () =>
  page(
    { title: 'No preview here' },
    html`<div class="card">
      <span class="badge wait">404</span>
      <h1>No preview at this address</h1>
      <p>
        The branch may have been deleted, or never pushed. A preview appears here within seconds of a push.
      </p>
      <p><a href="/">All previews</a></p>
    </div>`,
  );

/** For a host that is no DagRepository's: it says nothing of those that are. */
export const unknownHostPage = () =>
  page(
    { title: 'No previews here' },
    html`<div class="card">
      <span class="badge wait">404</span>
      <h1>No previews on this host</h1>
      <p>
        Offshoot serves the hosts that DagRepositories name in <code>spec.url.base</code>. A proxy in front
        must pass the <code>Host</code> header on, or be listed in <code>--trusted-proxies</code> and set
        <code>X-Forwarded-Host</code>.
      </p>
    </div>`,
  );
