// A person's face: their picture if it came with the data, else initials on a colour of their own.
import { html, nothing, type TemplateResult } from 'lit';
import type { Person } from '../core/model.ts';
import { hashOf } from './hash.ts';

const HUES = 8;

/** Decorative: whoever shows it says the name in text too. Needs `avatar.styles.ts`. */
export function renderAvatar(who: Person | string, online = false): TemplateResult {
  const name = typeof who === 'string' ? who : who.name;
  const picture = typeof who === 'string' ? null : who.avatar;
  return html`<span class="avatar" data-hue=${hashOf(name) % HUES} aria-hidden="true"
    >${picture && isPicture(picture) ? html`<img src=${picture} alt="" draggable="false" />` : initialsOf(name)}${
      online ? html`<span class="avatar-online"></span>` : nothing
    }</span
  >`;
}

/** First letters of the first and the last word; of one word, one letter. */
function initialsOf(name: string): string {
  const words = name.match(/[\p{L}\p{N}]\S*/gu) ?? ['?'];
  const ends = [...words.slice(0, 1), ...words.slice(1).slice(-1)];
  return ends
    .map(([letter]) => letter)
    .join('')
    .toLocaleUpperCase();
}

// A remote picture would tell a third party who is chatting.
function isPicture(url: string): boolean {
  return /^data:image\/(?:png|jpeg|gif|webp|avif);/u.test(url);
}
