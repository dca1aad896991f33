import { badgeOf } from '../../model/preview-view.ts';
import { isWell } from '../../model/reasons.ts';
import type { Destination } from '../api.ts';
import { html } from '../html.ts';
import { visible } from '../visible.ts';
import { page } from './layout.ts';

const byName = (a: Destination, b: Destination) =>
  a.repository.localeCompare(b.repository) || a.branch.localeCompare(b.branch);

/** All previews: branch, state, link. */
export function indexPage(destinations: readonly Destination[]): string {
  const rows = [...destinations].sort(byName).map(row);
  return page(
    { title: 'Previews', refreshSeconds: 10, wide: true },
    html`<div class="card">
      <h1>Previews</h1>
      ${
        rows.length > 0
          ? html`<p class="soft small">One Airflow per branch.</p>
              <div class="scroll">
                <table>
                  <thead>
                    <tr>
                      <th scope="col">Branch</th>
                      <th scope="col">Repository</th>
                      <th scope="col">State</th>
                    </tr>
                  </thead>
                  <tbody>
                    ${rows}
                  </tbody>
                </table>
              </div>`
          : html`<p>
              No previews yet. Push a branch (<code>git push origin feature/hardy</code>), and its Airflow
              appears here.
            </p>`
      }
    </div>`,
  );
}

function row(destination: Destination) {
  const well = destination.ready && isWell(destination.reason);
  const { colour, word } = badgeOf(destination.ready, destination.reason);
  const branch = html`<bdi>${visible(destination.branch)}</bdi>`;
  const name = /^\/[^/\\]/.test(destination.prefix)
    ? html`<a href="${destination.prefix}/">${branch}</a>`
    : branch;
  return html`<tr>
    <td>
      <b>${name}</b>${!well && html`<br /><span class="soft small">${visible(destination.message)}</span>`}
    </td>
    <td class="soft"><bdi>${visible(destination.repository)}</bdi></td>
    <td><span class="badge ${colour}">${word}</span></td>
  </tr>`;
}
