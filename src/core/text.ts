/**
 * What is sent of what was typed: trimmed, without NUL (PostgreSQL stores none), and with lone surrogates,
 * which no JSON parser on the way agrees about, replaced.
 */
export function cleanText(text: string): string {
  return text
    .replace(/\p{Surrogate}/gu, '\uFFFD')
    .replaceAll('\u0000', '')
    .trim();
}

/** Whether a reader would see nothing: only spaces, controls and invisible marks. */
export function isBlank(text: string): boolean {
  return /^[\p{Cf}\p{Z}\p{Cc}]*$/u.test(text);
}

/** Length as people and the database count it, in code points. */
export function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text) length += 1;
  return length;
}
