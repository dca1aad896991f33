import { createHash } from 'node:crypto';
import { html, Html } from '../html.ts';
import { style } from './style.ts';

const icon = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="#017cee" stroke-width="2.4" stroke-linecap="round"><path d="M7 3v18M7 15c0-6 10-3 10-10"/></svg>',
)}`;

/** Not part of a template, where a formatter may add blanks: the policy's hash is over these very characters. */
const styleElement = new Html(`<style>${style}</style>`);

/** Nothing may be loaded or run: the page is all there is. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export interface PageOptions {
  title: string;
  /** The page fetches itself again after so many seconds. */
  refreshSeconds?: number;
  wide?: boolean;
}

/** A whole page around `body`, as text. */
export function page(options: PageOptions, body: Html): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        ${options.refreshSeconds !== undefined && html`<meta http-equiv="refresh" content="${options.refreshSeconds}" />`}
        <title>${options.title} · Offshoot</title>
        <link rel="icon" href="${icon}" />
        ${styleElement}
      </head>
      <body>
        <main class="${options.wide ? 'wide' : 'narrow'}">
          <p class="brand">
            <svg
              viewBox="0 0 24 24"
              fill="none"
              stroke="currentColor"
              stroke-width="2.4"
              stroke-linecap="round"
              aria-hidden="true"
            >
              <path d="M7 3v18M7 15c0-6 10-3 10-10" /></svg
            ><a href="/">Offshoot</a>
          </p>
          ${body}
        </main>
      </body>
    </html> `.markup;
}
