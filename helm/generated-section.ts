/** The page with `text` between its markers `<!-- begin NAME… -->` and `<!-- end NAME -->`; throws where they are missing. */
export function withSection(page: string, name: string, text: string): string {
  const section = new RegExp(`(<!-- begin ${name}\\b[^\\n]*-->\\n)[^]*?(<!-- end ${name} -->)`);
  if (!section.test(page)) throw new Error(`The page has no section "${name}".`);
  return page.replace(section, (_all, begin: string, end: string) => `${begin}${text}\n${end}`);
}
