import { describe, expect, test } from 'vitest';
import { html } from '../../src/gateway/html.ts';
import { visible } from '../../src/gateway/visible.ts';

describe('html', () => {
  test('escapes every part, in text and in attributes', () => {
    const part = html`<a title="${`"'><script>`}">${'<b>&`'}</a>`;
    expect(part.markup).toBe('<a title="&#34;&#39;&#62;&#60;script&#62;">&#60;b&#62;&#38;&#96;</a>');
  });

  test('leaves markup of its own alone, lists of it too, and shows nothing for false and undefined', () => {
    const items = ['<1>', 2].map((item) => html`<li>${item}</li>`);
    const list = html`${items}${false}${undefined}`;
    expect(list.markup).toBe('<li>&#60;1&#62;</li><li>2</li>');
  });
});

describe('visible', () => {
  test.each([
    ['feature/hardy', 'feature/hardy'],
    ['a\u202eb', 'a⟨U+202E⟩b'],
    ['a\u200bb\u2066c', 'a⟨U+200B⟩b⟨U+2066⟩c'],
    ['a\nb\u0000', 'a⟨U+000A⟩b⟨U+0000⟩'],
    ['x\u200dy', 'x⟨U+200D⟩y'],
    ['👩‍💻', '👩‍💻'],
    ['❤️‍🔥', '❤️‍🔥'],
    ['שלום', 'שלום'],
    ['\ud800', '\ufffd'],
  ])('%j is shown as %j', (text, shown) => expect(visible(text)).toBe(shown));
});
