// A conversation as a text file for the visitor.
import type { ChatMessage } from '../core/model.ts';
import { formatDateTime, formatTime } from '../i18n/format.ts';
import type { Language } from '../i18n/messages.ts';
import { eventLine } from '../ui/message-text.ts';

export function transcriptText(
  messages: readonly ChatMessage[],
  teamName: string,
  { strings, locale }: Language,
): string {
  let day = '';
  const lines = messages.map((message) => {
    const { createdAt, content, kind, sender, senderType } = message;
    const today = new Date(createdAt).toDateString();
    const at = today === day ? formatTime(createdAt, locale) : `\n${formatDateTime(createdAt, locale)}`;
    day = today;
    const who = senderType === 'customer' ? strings.you : sender?.name || teamName;
    const text = kind === 'event' ? eventLine(message, strings) : `${who}: ${content}`;
    return `${at}  ${text.replaceAll('\n', '\n    ')}`;
  });
  return `${teamName}\n${lines.join('\n')}\n`;
}

/** Hands `text` to the browser's downloads. */
export function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
