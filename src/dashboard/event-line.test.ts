import { expect, test } from 'vitest';
import { message } from '../chat/testing/scenes.ts';
import type { ChatEvent } from '../core/model.ts';
import { dashboardEn } from '../i18n/dashboard-en.ts';
import { en } from '../i18n/en.ts';
import { deskLines } from './event-line.ts';

const ada = { kind: 'agent', name: 'Ada' } as const;
const bob = { id: 'b', name: 'Bob' };

test.each<[ChatEvent, string]>([
  [{ type: 'assigned', actor: ada, agent: { id: 'a', name: 'Ada' } }, 'Ada took this conversation'],
  [{ type: 'assigned', actor: ada, agent: bob }, 'Ada assigned this to Bob'],
  [{ type: 'unassigned', actor: ada, agent: null }, 'Ada put this back to unassigned'],
  [
    { type: 'closed', actor: { kind: 'visitor', name: null }, agent: null },
    'Visitor closed the conversation',
  ],
  [{ type: 'closed', actor: ada, agent: null }, 'Ada closed the conversation'],
  [{ type: 'closed', actor: { kind: 'system', name: null }, agent: null }, 'The conversation was closed'],
  [
    { type: 'reopened', actor: { kind: 'visitor', name: null }, agent: null },
    'Visitor reopened the conversation',
  ],
  [{ type: '', actor: ada, agent: null }, 'as it stands'],
])('%j is told as “%s”', (event, words) => {
  expect(deskLines(dashboardEn)(message(event, 'as it stands', 1), en)).toBe(words);
});
