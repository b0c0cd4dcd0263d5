// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Report } from '../../core/admin-api.ts';
import { ChatError } from '../../core/errors.ts';
import { me } from '../../core/testing/samples.ts';
import { SupportDashboard } from '../support-dashboard.ts';
import { type Mounted, mount } from '../testing/mount.ts';
import { noFigures } from '../testing/scripted-admin.ts';
import { bars, ceiling, ceilingOfTime, daysOf, duration } from './figures.ts';

afterEach(() => {
  document.body.replaceChildren();
  SupportDashboard.connect = null;
  vi.restoreAllMocks();
});

function report(patch: Partial<Report> = {}): Report {
  return {
    from: '2026-11-02',
    to: '2026-11-08',
    zone: 'Europe/Berlin',
    officeHours: true,
    more: false,
    total: {
      ...noFigures,
      conversations: 5,
      answered: 4,
      firstResponse: 150,
      firstResponseP90: 3_900,
      closed: 3,
      resolution: 90_000,
      resolutionP90: 180_000,
      rated: 2,
      ratingSum: 9,
    },
    days: [
      { day: '2026-11-02', figures: { ...noFigures, conversations: 2, firstResponse: 60 } },
      { day: '2026-11-04', figures: { ...noFigures, conversations: 3, firstResponse: 240 } },
    ],
    hours: [{ weekday: 1, hour: 9, figures: { ...noFigures, conversations: 5 } }],
    agents: [
      {
        agent: { id: 'a1', name: '=Ada' },
        figures: { ...noFigures, conversations: 4, rated: 2, ratingSum: 9 },
      },
      { agent: null, figures: { ...noFigures, conversations: 1 } },
    ],
    ...patch,
  };
}

async function open(shown: Report | null = report(), role: 'agent' | 'admin' = 'agent'): Promise<Mounted> {
  const mounted = await mount({ me: { ...me, role } });
  mounted.connection.admin.reportNow = shown;
  mounted.button('Account: Ada, Online').click();
  await mounted.settle();
  mounted.button('Reports').click();
  await mounted.settle();
  return mounted;
}

function tile(mounted: Mounted, name: string): string {
  const found = mounted.all('.tile').filter((each) => each.querySelector('dt')?.textContent === name);
  return found[0]?.textContent?.replace(/\s+/g, ' ').trim() ?? '';
}

describe('reports', () => {
  it('say what matters in a few numbers, to every agent', async () => {
    const mounted = await open();
    expect(tile(mounted, 'Conversations')).toBe('Conversations 5 4 answered, 3 closed');
    expect(tile(mounted, 'First response')).toBe('First response 2m 30s median; 9 of 10 within 1h 5m');
    expect(tile(mounted, 'Time to close')).toBe('Time to close 1d 1h median; 9 of 10 within 2d 2h');
    // Who began to wait before these days may wait still.
    expect(tile(mounted, 'Still waiting')).toBe('Still waiting 0 of these conversations');
    expect(tile(mounted, 'Rating')).toBe('Rating 4.5 of 5 from 2 ratings');
    expect(mounted.text()).toContain('Days and hours are those of Europe/Berlin.');
  });

  it('tell a screen reader what a chart shows, and have it as a table', async () => {
    const mounted = await open();
    const labels = mounted.all('svg[role="img"]').map((chart) => chart.getAttribute('aria-label'));
    expect(labels).toEqual(['Bar chart: 5 conversations, at most 3, Nov 4.', 'Chart: between 1m and 4m.']);
    const rows = mounted.all('.report__details')[0]?.querySelectorAll('tbody tr') ?? [];
    expect([...rows].map((row) => row.textContent?.replace(/\s+/g, ' ').trim()).slice(0, 3)).toEqual([
      'Nov 2 2',
      'Nov 3 0',
      'Nov 4 3',
    ]);
    expect(mounted.one('.heat td[data-level="5"]').textContent).toBe('5');
  });

  it('ask anew for other days and for office hours', async () => {
    const mounted = await open();
    const { calls } = mounted.connection.admin;
    mounted.one<HTMLSelectElement>('#f-period').value = '7';
    mounted.one('#f-period').dispatchEvent(new Event('change'));
    await mounted.settle();
    mounted.one<HTMLInputElement>('#f-office-hours').checked = true;
    mounted.one('#f-office-hours').dispatchEvent(new Event('change'));
    await mounted.settle();
    const asked = calls.map(([, query]) => query as { from: string; to: string; officeHours: boolean });
    const span = (index: number) =>
      (Date.parse(asked[index]?.to ?? '') - Date.parse(asked[index]?.from ?? '')) / 86_400_000 + 1;
    expect([span(0), span(1), span(2)]).toEqual([30, 7, 7]);
    expect(asked.map(({ officeHours }) => officeHours)).toEqual([false, false, true]);
  });

  it('offer no office hours where there are none', async () => {
    const mounted = await open(report({ officeHours: false }));
    expect(mounted.all('#f-office-hours')).toEqual([]);
  });

  it('refuse days that are no period', async () => {
    const mounted = await open();
    const set = (id: string, value: string) => {
      mounted.one<HTMLInputElement>(id).value = value;
      mounted.one(id).dispatchEvent(new Event('input'));
    };
    mounted.one<HTMLSelectElement>('#f-period').value = 'custom';
    mounted.one('#f-period').dispatchEvent(new Event('change'));
    await mounted.settle();
    set('#f-from', '2025-01-01');
    set('#f-to', '2026-01-02');
    mounted.one('form').dispatchEvent(new SubmitEvent('submit', { cancelable: true }));
    await mounted.settle();
    expect(mounted.one('#f-from-problem').textContent).toContain('at most 366 days');
    set('#f-to', '2026-01-01');
    mounted.one('form').dispatchEvent(new SubmitEvent('submit', { cancelable: true }));
    await mounted.settle();
    expect(mounted.connection.admin.calls.at(-1)?.[1]).toMatchObject({
      from: '2025-01-01',
      to: '2026-01-01',
    });
  });

  it('keep to the latest of two answers', async () => {
    const mounted = await open();
    const { admin } = mounted.connection;
    const answers: ((shown: Report) => void)[] = [];
    admin.report = () => new Promise((resolve) => answers.push(resolve));
    for (const days of ['7', '90']) {
      mounted.one<HTMLSelectElement>('#f-period').value = days;
      mounted.one('#f-period').dispatchEvent(new Event('change'));
      await mounted.settle();
    }
    answers[1]?.(report({ zone: 'Late/Late' }));
    await mounted.settle();
    answers[0]?.(report({ zone: 'Early/Early' }));
    await mounted.settle();
    expect(mounted.text()).toContain('Late/Late');
  });

  it('say that they cannot be loaded, and try again', async () => {
    const mounted = await open();
    mounted.connection.admin.refuse = new ChatError('offline', '');
    mounted.one<HTMLSelectElement>('#f-period').value = '7';
    mounted.one('#f-period').dispatchEvent(new Event('change'));
    await mounted.settle();
    expect(mounted.one('[role="alert"]').textContent).toContain('cannot be reached');
    mounted.button('Try again').click();
    await mounted.settle();
    expect(mounted.all('.tile')).toHaveLength(5);
  });

  it('say that nothing happened', async () => {
    const mounted = await open(report({ total: noFigures, days: [], hours: [], agents: [] }));
    expect(mounted.text()).toContain('Nothing began on these days.');
  });

  it('give a file that a spreadsheet reads and does not run', async () => {
    const mounted = await open();
    let text = Promise.resolve('');
    vi.spyOn(URL, 'createObjectURL').mockImplementation((blob) => {
      text = (blob as Blob).text();
      return 'blob:x';
    });
    const names: string[] = [];
    vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
      names.push(this.download);
    });
    mounted.button('Download CSV: By agent').click();
    expect(names).toEqual(['agents-2026-11-02-2026-11-08.csv']);
    const lines = (await text).replace('\uFEFF', '').trim().split('\r\n');
    expect(lines[0]).toMatch(/^"Agent","Conversations","Answered","First response, median \(seconds\)"/);
    expect(lines[1]).toBe(`"'=Ada",4,0,,,0,,,0,,2,4.5`);
    expect(lines[2]).toBe('"Nobody",1,0,,,0,,,0,,0,');
  });
});

it.each([
  [0, '0s'],
  [59.4, '59s'],
  [60, '1m'],
  [150, '2m 30s'],
  [750, '12m'],
  [3_600, '1h'],
  [3_900, '1h 5m'],
  [90_000, '1d 1h'],
])('%d seconds are %s', (seconds, words) => {
  expect(duration(seconds, 'en')).toBe(words);
});

it('has every day, and weeks from Monday on where there are too many', () => {
  expect(daysOf(report()).map(({ day }) => day.slice(-2))).toEqual([
    '02',
    '03',
    '04',
    '05',
    '06',
    '07',
    '08',
  ]);
  const long = bars(report({ from: '2026-08-01', to: '2026-11-08' }));
  expect(long.weekly).toBe(true);
  expect(long.bars[0]?.day).toBe('2026-07-27');
  expect(long.bars.at(-1)).toEqual({ day: '2026-11-02', count: 5 });
});

it('has axes that end at a number one can halve', () => {
  expect([1, 3, 42, 61, 610, 1_001].map(ceiling)).toEqual([2, 4, 60, 80, 800, 2_000]);
  expect([40, 61, 3_601, 90_000, 400_000].map(ceilingOfTime)).toEqual([60, 120, 7_200, 172_800, 518_400]);
});
