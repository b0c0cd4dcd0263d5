// What a message says, in the reader's words: system lines, names, why it failed, big emoji.
import { html, type TemplateResult } from 'lit';
import type { ChatErrorCode } from '../core/errors.ts';
import type { ChatMessage } from '../core/model.ts';
import type { Messages } from '../i18n/messages.ts';
import { linkify } from './linkify.ts';

/** A line about what happened, as visitors read it: who joined, who closed. */
export function eventLine({ event, content }: ChatMessage, strings: Messages): string {
  const { kind, name } = event?.actor ?? {};
  const byYou = kind === 'visitor';
  switch (event?.type) {
    case 'assigned':
      return strings.eventJoined(event.agent?.name ?? '');
    case 'closed':
      return byYou ? strings.eventClosedByYou : name ? strings.eventClosedBy(name) : strings.eventClosed;
    case 'reopened':
      return byYou
        ? strings.eventReopenedByYou
        : name
          ? strings.eventReopenedBy(name)
          : strings.eventReopened;
    default:
      return content;
  }
}

const failures: Partial<Record<ChatErrorCode, keyof Messages & `failed${string}`>> = {
  'too-long': 'failedTooLong',
  conflict: 'failedClosed',
  forbidden: 'failedForbidden',
  unauthorized: 'failedForbidden',
  invalid: 'failedInvalid',
  'rate-limited': 'failedRateLimited',
};

/** Why a message was not sent. */
export function failureText(code: string | null, strings: Messages): string {
  return strings[failures[(code ?? '') as ChatErrorCode] ?? 'failed'];
}

/** Text with its links. Only text bindings, so nothing in it can become markup. */
export function renderText(text: string): (string | TemplateResult)[] {
  return linkify(text).map((part) =>
    typeof part === 'string'
      ? part
      : html`<a href=${part.href} target="_blank" rel="noopener noreferrer nofollow ugc">${part.text}</a>`,
  );
}

const EMOJI = /^(?:\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{Regional_Indicator}|[\u200D\uFE0F\s])+$/u;

/** One to three emoji and nothing else are shown large. */
export function isOnlyEmoji(text: string): boolean {
  if (text.length > 40 || !EMOJI.test(text) || text.trim() === '') return false;
  const packed = text.replace(/\s/gu, '');
  // Firefox before 125 cannot count what is seen as one emoji.
  return 'Segmenter' in Intl ? [...new Intl.Segmenter().segment(packed)].length <= 3 : packed.length <= 8;
}
