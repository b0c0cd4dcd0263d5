// Moments to put a conversation off to, as the agent's own clock has them.

/** ISO 8601, or `infinity`: until the visitor writes. */
export interface SnoozeChoice {
  readonly name: 'reply' | 'hour' | 'tomorrow' | 'week';
  readonly until: string;
}

/** When a working day begins. */
const MORNING = 9;

export function snoozeChoices(now: number): readonly SnoozeChoice[] {
  const monday = (8 - new Date(now).getDay()) % 7 || 7;
  return [
    { name: 'reply', until: 'infinity' },
    { name: 'hour', until: new Date(now + 3_600_000).toISOString() },
    { name: 'tomorrow', until: morning(now, 1) },
    { name: 'week', until: morning(now, monday) },
  ];
}

function morning(now: number, days: number): string {
  const date = new Date(now);
  date.setDate(date.getDate() + days);
  date.setHours(MORNING, 0, 0, 0);
  return date.toISOString();
}
