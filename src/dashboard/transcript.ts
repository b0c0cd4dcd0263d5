// A conversation as a file: for people to read, or for a spreadsheet.
import type { ChatMessage, DeskSession } from '../core/model.ts';
import type { DashboardMessages } from '../i18n/dashboard-en.ts';
import type { Messages } from '../i18n/messages.ts';
import { visitorName } from './desk-view.ts';
import { deskLines } from './event-line.ts';
import { toCsv } from './files.ts';
import { stamp } from './time-words.ts';

/** `text` is what the visitor has seen as well, and so what may be passed on. */
export type TranscriptFormat = 'text' | 'notes' | 'csv';

interface Transcript {
  readonly session: DeskSession;
  readonly messages: readonly ChatMessage[];
  readonly teamName: string;
  readonly strings: DashboardMessages;
  readonly shared: Messages;
  readonly lang: string;
}

export function transcriptFile(transcript: Transcript, format: TranscriptFormat): File {
  const { session, strings } = transcript;
  const csv = format === 'csv';
  const content = csv ? asCsv(transcript) : asText(transcript, format === 'notes');
  return new File([content], fileName(session, strings, csv ? 'csv' : 'txt'), {
    type: csv ? 'text/csv;charset=utf-8' : 'text/plain;charset=utf-8',
  });
}

/** Lines that belong to one message are set in, so that nobody can write a line that looks like somebody else's. */
export function asText(transcript: Transcript, withNotes: boolean): string {
  const { session, messages, teamName, strings, lang } = transcript;
  const head = [strings.transcriptTitle(visitorName(session.visitor, strings)), teamName].filter(Boolean);
  const lines = messages
    .filter(({ kind, event }) => withNotes || (kind !== 'note' && event?.type !== 'unassigned'))
    .map((message) => {
      const note = message.kind === 'note' ? ` (${strings.transcriptNote})` : '';
      const text = wordsOf(message, transcript).replaceAll(/\r\n?|\n/g, '\n    ');
      const who = message.kind === 'event' ? '' : `${senderOf(message, transcript)}${note}: `;
      return `[${stamp(message.createdAt, lang)}] ${who}${text}`;
    });
  return `${[...head, '', ...lines].join('\n')}\n`;
}

export function asCsv(transcript: Transcript): string {
  const { messages, strings } = transcript;
  const { at, sender, kind, text } = strings.transcriptColumns;
  const rows = messages.map((message) => [
    message.createdAt,
    message.kind === 'event' ? '' : senderOf(message, transcript),
    strings.transcriptKinds[message.kind],
    wordsOf(message, transcript),
  ]);
  return toCsv([[at, sender, kind, text], ...rows]);
}

function wordsOf(message: ChatMessage, { strings, shared }: Transcript): string {
  return message.kind === 'event' ? deskLines(strings)(message, shared) : message.content;
}

function senderOf(
  { sender, senderType }: ChatMessage,
  { session, strings, shared, teamName }: Transcript,
): string {
  const name =
    sender?.name ||
    (senderType === 'customer' ? visitorName(session.visitor, strings) : teamName || shared.team);
  return name.replaceAll(/[\r\n]+/g, ' ');
}

function fileName(session: DeskSession, strings: DashboardMessages, ending: string): string {
  const name = visitorName(session.visitor, strings)
    .normalize('NFC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\d]+/gu, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 40);
  return `${[name || 'conversation', session.createdAt.slice(0, 10)].join('-')}.${ending}`;
}
