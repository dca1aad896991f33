import { badgeOf } from '../../model/preview-view.ts';
import type { Step } from '../../model/preview-view.ts';
import type { Destination } from '../api.ts';
import { html } from '../html.ts';
import { visible } from '../visible.ts';
import { page } from './layout.ts';

/** How often the waiting page looks again, and what `Retry-After` says. */
export const RETRY_SECONDS = 2;

/** The state of a preview that cannot be opened yet, or not at the moment. */
export function waitingPage(destination: Destination): string {
  const branch = visible(destination.branch);
  // A ready preview also ends up here while its Airflow does not answer.
  const { colour, word: state } = badgeOf(false, destination.reason);
  const failed = colour === 'bad';
  return page(
    { title: `${state}: ${branch}`, refreshSeconds: RETRY_SECONDS },
    html`<div class="card ${failed && 'failed'}">
        <span class="badge ${colour}">${state}</span>
        <h1><bdi>${branch}</bdi></h1>
        <p class="soft small">
          Airflow for this branch of <b><bdi>${visible(destination.repository)}</bdi></b>
        </p>
        ${
          destination.steps.length > 0 &&
          html`<ol class="steps">
            ${stepList(destination.steps, failed)}
          </ol>`
        }
        <div class="why" role="status">
          <p>${lines(destination.message || 'Waiting for the first report from the cluster.')}</p>
          <p class="soft small">${visible(destination.reason)}</p>
        </div>
      </div>
      <p class="foot soft small">
        ${
          failed
            ? 'Offshoot keeps trying. This page opens Airflow as soon as the problem is solved.'
            : 'This page refreshes every two seconds and opens Airflow when it is ready.'
        }
      </p>`,
  );
}

function stepList(steps: readonly Step[], failed: boolean) {
  const current = steps.findIndex((step) => !step.done);
  return steps.map((step, at) => {
    if (step.done)
      return html`<li class="done">
        <span class="mark" role="img" aria-label="done">✓</span>${visible(step.name)}
      </li>`;
    if (at !== current) return html`<li><span class="mark"></span>${visible(step.name)}</li>`;
    return html`<li class="now" aria-current="step">
      <span class="mark">${failed && '!'}</span>${visible(step.name)}
    </li>`;
  });
}

const lines = (text: string) =>
  text.split('\n').map((line, at) => html`${at > 0 && html`<br />`}${visible(line)}`);
