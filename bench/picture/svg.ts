import type { Bar } from './bar.ts';

const LEFT = 230;
const WIDTH = 720;
const ROW = 30;
const TOP = 60;
const LABEL = 60;
const COLOURS = ['#2563eb', '#0891b2', '#059669', '#d97706', '#dc2626', '#7c3aed', '#475569'];

/** The bars, one below the other over one axis of seconds, as an SVG document. */
export function svgOf(title: string, bars: readonly Bar[]): string {
  const longest = Math.ceil(Math.max(...bars.map(({ to }) => to)));
  const x = (seconds: number): number => round(LEFT + (seconds / longest) * WIDTH);
  const height = TOP + bars.length * ROW + 30;
  const axis = Array.from({ length: longest + 1 }, (_, second) => [
    `<line x1="${x(second)}" y1="${TOP - 10}" x2="${x(second)}" y2="${height - 30}" stroke="#e2e8f0"/>`,
    `<text x="${x(second)}" y="${height - 12}" text-anchor="middle" fill="#64748b">${second} s</text>`,
  ]);
  const rows = bars.map(({ what, from, to }, at) => {
    const y = TOP + at * ROW;
    const wide = round(Math.max(2, x(to) - x(from)));
    const label = labelBeside(x(from), x(to));
    return [
      `<text x="${LEFT - 12}" y="${y + 15}" text-anchor="end" fill="#0f172a">${escaped(what)}</text>`,
      `<rect x="${x(from)}" y="${y}" width="${wide}" height="20" rx="4" fill="${COLOURS[at % COLOURS.length]}"/>`,
      `<text x="${label.x}" y="${y + 15}" text-anchor="${label.anchor}" fill="${label.fill}">${(to - from).toFixed(1)} s</text>`,
    ];
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${LEFT + WIDTH + 40}" height="${height}" font-family="system-ui, sans-serif" font-size="13">`,
    '<rect width="100%" height="100%" fill="#ffffff"/>',
    `<text x="20" y="28" font-size="16" font-weight="600" fill="#0f172a">${escaped(title)}</text>`,
    ...axis.flat(),
    ...rows.flat(),
    '</svg>',
    '',
  ].join('\n');
}

/** Behind the bar where there is room, else in it, else before it. */
function labelBeside(from: number, to: number) {
  if (to + LABEL <= LEFT + WIDTH) return { x: to + 6, anchor: 'start', fill: '#334155' };
  if (to - from >= LABEL) return { x: to - 6, anchor: 'end', fill: '#ffffff' };
  return { x: from - 6, anchor: 'end', fill: '#334155' };
}

const round = (value: number): number => Math.round(value * 10) / 10;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
