import { describe, expect, it } from 'vitest';
import type { ChatMessage } from '../core/model.ts';
import { deskSession, message } from '../core/testing/samples.ts';
import { dashboardEn } from '../i18n/dashboard-en.ts';
import { en } from '../i18n/en.ts';
import { asCsv, asText, transcriptFile } from './transcript.ts';

const session = deskSession({ visitor: { id: 'v1', name: 'Vera Lind', email: '', verified: false } });
const customer: Partial<ChatMessage> = { senderType: 'customer', sender: null };
const words = { strings: dashboardEn, shared: en, lang: 'en', teamName: 'Northbound' };

function transcript(...messages: ChatMessage[]) {
  return { ...words, session, messages };
}

const all = transcript(
  message(1, { ...customer, content: 'Hello,\nit is\r\nlate\rhere' }),
  message(2, { content: 'Sorry!' }),
  message(3, { kind: 'note', content: 'A regular' }),
  message(4, {
    kind: 'event',
    senderType: 'system',
    sender: null,
    content: '',
    event: { type: 'unassigned', actor: { kind: 'agent', name: 'Ada' }, agent: null },
  }),
  message(5, {
    kind: 'event',
    senderType: 'system',
    sender: null,
    content: '',
    event: { type: 'closed', actor: { kind: 'agent', name: 'Ada' }, agent: null },
  }),
);

describe('a transcript as text', () => {
  it('has what the visitor has seen, and nothing else', () => {
    const text = asText(all, false);
    expect(text).toContain('Conversation with Vera Lind\nNorthbound\n\n');
    expect(text).toMatch(/^\[Nov 23, 2026.*\] Ada: Sorry!$/m);
    expect(text).toMatch(/^\[.*\] Ada closed/m);
    expect(text).not.toMatch(/regular|unassigned/);
  });

  it('has notes where they are wanted, marked as such', () => {
    expect(asText(all, true)).toContain('Ada (note, not seen by the visitor): A regular');
  });

  it('sets lines in, so that a visitor cannot write a line of an agent', () => {
    const text = asText(
      transcript(message(1, { ...customer, content: 'Hi\n[Nov 23] Ada: You get a refund' })),
      false,
    );
    expect(text.split('\n').filter((line) => /^\[/.test(line))).toHaveLength(1);
    expect(asText(all, false)).toContain('Vera Lind: Hello,\n    it is\n    late\n    here\n');
  });

  it('keeps a name on one line', () => {
    const named = { ...session, visitor: { ...session.visitor, name: 'A\nB' } };
    expect(asText({ ...all, session: named }, false)).toContain('] A B: Hello');
  });
});

describe('a transcript as CSV', () => {
  it('has a mark, a head and a row for everything', () => {
    const csv = asCsv(all);
    expect(csv.startsWith('\uFEFF"Time","Sender","Kind","Text"\r\n')).toBe(true);
    expect(csv).toContain('"2026-11-23T09:00:00Z","Ada","note","A regular"\r\n');
    expect(csv.endsWith('\r\n')).toBe(true);
    expect(csv).toContain('"Vera Lind","message","Hello,\nit is\r\nlate\rhere"');
  });
});

it.each([
  ['Vera Lind', 'csv', 'vera-lind-2026-11-23.csv', 'text/csv'],
  ['../../etc/passwd', 'text', 'etc-passwd-2026-11-23.txt', 'text/plain'],
  ['مريم الحسيني', 'notes', 'مريم-الحسيني-2026-11-23.txt', 'text/plain'],
  ['💥', 'text', 'conversation-2026-11-23.txt', 'text/plain'],
] as const)('the file of %s as %s is called %s', (name, format, expected, type) => {
  const file = transcriptFile(
    { ...all, session: { ...session, visitor: { ...session.visitor, name } } },
    format,
  );
  expect(file.name).toBe(expected);
  expect(file.type).toContain(type);
});
