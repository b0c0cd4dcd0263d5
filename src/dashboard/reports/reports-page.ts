// What happened in some days: a few numbers, when it was, and who did it.
import { html, nothing, type TemplateResult } from 'lit';
import { DAYS, type Report, type ReportFigures, type ReportQuery } from '../../core/admin-api.ts';
import { type ChatError, toChatError } from '../../core/errors.ts';
import { inboxIcon } from '../desk-icons.ts';
import { download, toCsv } from '../files.ts';
import { checkField, selectField, textField } from '../settings/fields.ts';
import { dayName } from '../settings/office-hours-settings.ts';
import { failureWords, type Section, type SectionContext } from '../settings/section.ts';
import { lastDays } from '../time-choices.ts';
import { cellBar, chart } from './charts.ts';
import { average, bars, ceiling, ceilingOfTime, daysOf, duration } from './figures.ts';

const PERIODS = ['7', '30', '90', '365', 'custom'] as const;
type Period = (typeof PERIODS)[number];

export function reportsPage(context: SectionContext): Section {
  const { api, strings, lang } = context;
  const words = strings.reports;
  let period: Period = '30';
  let { from, to } = lastDays(30, Date.now());
  let officeHours = false;
  let report: Report | null = null;
  let error: ChatError | null = null;
  let loading = false;
  let badRange = false;
  let turn = 0;

  async function load(): Promise<void> {
    turn += 1;
    const mine = turn;
    const query: ReportQuery = { from, to, officeHours };
    loading = true;
    error = null;
    context.changed();
    try {
      const answer = await api.report(query);
      if (mine === turn) report = answer;
    } catch (reason) {
      if (mine === turn) error = toChatError(reason);
    }
    if (mine === turn) loading = false;
    context.changed();
  }

  function choose(next: Period): void {
    period = next;
    badRange = false;
    if (next === 'custom') {
      context.changed();
      return;
    }
    ({ from, to } = lastDays(Number(next), Date.now()));
    void load();
  }

  function showRange(event: SubmitEvent): void {
    event.preventDefault();
    const days = (Date.parse(to) - Date.parse(from)) / 86_400_000;
    badRange = !(days >= 0 && days <= 365);
    if (badRange) context.changed();
    else void load();
  }

  const number = new Intl.NumberFormat(lang);
  const dayFormat = new Intl.DateTimeFormat(lang, { day: 'numeric', month: 'short', timeZone: 'UTC' });
  const dayWords = (day: string): string => dayFormat.format(new Date(day));
  const time = (seconds: number | null): string =>
    seconds === null ? words.nothing : duration(seconds, lang);
  const rating = (figures: ReportFigures): string => {
    const value = average(figures);
    return value === null
      ? words.nothing
      : new Intl.NumberFormat(lang, { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(value);
  };

  function controls(): TemplateResult {
    return html`<div class="report__controls">
      ${selectField({
        name: 'period',
        label: words.period,
        value: period,
        options: PERIODS.map((value) => ({ value, label: words.periods[value] })),
        onChange: (value) => choose(value as Period),
      })}
      ${
        period === 'custom'
          ? html`<form class="report__range" novalidate @submit=${showRange}>
              ${textField({
                name: 'from',
                label: words.from,
                type: 'date',
                value: from,
                problem: badRange ? words.badRange : undefined,
                onInput: (value) => (from = value),
              })}
              ${textField({
                name: 'to',
                label: words.to,
                type: 'date',
                value: to,
                onInput: (value) => (to = value),
              })}
              <button type="submit" class="button button--primary">${words.show}</button>
            </form>`
          : nothing
      }
      ${
        report?.officeHours
          ? checkField({
              name: 'office-hours',
              label: words.officeHours,
              hint: words.officeHoursHint,
              checked: officeHours,
              onChange: (checked) => {
                officeHours = checked;
                void load();
              },
            })
          : nothing
      }
    </div>`;
  }

  function tiles({ total }: Report): TemplateResult {
    const tile = (name: string, value: string, more: string): TemplateResult =>
      html`<div class="tile">
        <dt class="tile__name">${name}</dt>
        <dd class="tile__value">${value}</dd>
        <dd class="tile__more">${more}</dd>
      </div>`;
    const typical = (slow: number | null): string => (slow === null ? '' : words.typical(time(slow)));
    return html`<dl class="tiles">
      ${tile(
        words.conversations,
        number.format(total.conversations),
        words.conversationsHint(number.format(total.answered), number.format(total.closed)),
      )}
      ${tile(words.firstResponse, time(total.firstResponse), typical(total.firstResponseP90))}
      ${tile(words.resolution, time(total.resolution), typical(total.resolutionP90))}
      ${tile(
        words.waiting,
        number.format(total.waiting),
        total.longestWait === null ? words.nobodyWaits : words.longestWait(time(total.longestWait)),
      )}
      ${tile(
        words.rating,
        total.rated > 0 ? words.ratingOf(rating(total)) : words.nothing,
        total.rated > 0 ? words.ratings(total.rated) : '',
      )}
    </dl>`;
  }

  function panel(
    heading: string,
    hint: string,
    csv: (() => string) | null,
    name: string,
    content: TemplateResult,
  ): TemplateResult {
    const id = `report-${name}`;
    return html`<section class="panel report__panel" aria-labelledby=${id}>
      <header class="report__header">
        <h2 class="panel__heading" id=${id}>${heading}</h2>
        ${
          csv
            ? html`<button
                type="button"
                class="button button--quiet"
                aria-label=${words.downloadOf(heading)}
                @click=${() =>
                  download(
                    new File([csv()], `${name}-${report?.from}-${report?.to}.csv`, {
                      type: 'text/csv;charset=utf-8',
                    }),
                  )}
              >
                ${words.download}
              </button>`
            : nothing
        }
      </header>
      ${hint ? html`<p class="form__hint">${hint}</p>` : nothing} ${content}
    </section>`;
  }

  function perDay(shown: Report): TemplateResult {
    const { weekly, bars: list } = bars(shown);
    const most = list.reduce((best, bar) => (bar.count > best.count ? bar : best));
    const top = ceiling(most.count);
    const label = (day: string): string => (weekly ? words.weekOf(dayWords(day)) : dayWords(day));
    const points = list.map(({ day, count }) => ({
      label: label(day),
      value: count,
      shown: number.format(count),
    }));
    return panel(
      weekly ? words.perWeek : words.perDay,
      '',
      () =>
        toCsv([
          [words.day, ...columns()],
          ...daysOf(shown).map(({ day, figures }) => [day, ...cells(figures)]),
        ]),
      'days',
      html`${chart({
        kind: 'bars',
        points,
        most: top,
        ticks: [number.format(top), number.format(top / 2), '0'],
        summary: words.perDaySummary(
          number.format(shown.total.conversations),
          number.format(most.count),
          label(most.day),
        ),
      })}
      ${pointTable(weekly ? words.perWeek : words.perDay, words.conversations, points)}`,
    );
  }

  function responses(shown: Report): TemplateResult | typeof nothing {
    const points = daysOf(shown).map(({ day, figures }) => ({
      label: dayWords(day),
      value: figures?.firstResponse ?? null,
      shown: time(figures?.firstResponse ?? null),
    }));
    const values = points.flatMap(({ value }) => value ?? []);
    if (values.length === 0) return nothing;
    const top = ceilingOfTime(Math.max(...values));
    return panel(
      words.responsePerDay,
      '',
      null,
      'responses',
      html`${chart({
        kind: 'dots',
        points,
        most: top,
        ticks: [time(top), time(top / 2), '0'],
        summary: words.responseSummary(time(Math.min(...values)), time(Math.max(...values))),
      })}
      ${pointTable(words.responsePerDay, words.firstResponse, points)}`,
    );
  }

  function pointTable(
    caption: string,
    column: string,
    points: readonly { readonly label: string; readonly shown: string }[],
  ): TemplateResult {
    return html`<details class="report__details">
      <summary>${words.asTable}</summary>
      <div class="report__scroll" tabindex="0" role="region" aria-label=${caption}>
        <table class="table">
          <thead>
            <tr>
              <th scope="col">${words.day}</th>
              <th scope="col">${column}</th>
            </tr>
          </thead>
          <tbody>
            ${points.map(
              ({ label, shown }) => html`<tr>
                <th scope="row">${label}</th>
                <td>${shown}</td>
              </tr>`,
            )}
          </tbody>
        </table>
      </div>
    </details>`;
  }

  /** A table that is its own chart. */
  function perHour(shown: Report): TemplateResult {
    const counts = new Map(
      shown.hours.map(({ weekday, hour, figures }) => [`${weekday} ${hour}`, figures.conversations]),
    );
    const most = Math.max(1, ...counts.values());
    const hours = Array.from({ length: 24 }, (_, hour) => hour);
    const hourFormat = new Intl.DateTimeFormat(lang, { hour: 'numeric', timeZone: 'UTC' });
    const hourWords = (hour: number): string => hourFormat.format(new Date(Date.UTC(1970, 0, 1, hour)));
    return panel(
      words.perHour,
      words.perHourHint,
      () =>
        toCsv([
          [words.weekday, words.hour, ...columns()],
          ...shown.hours.map(({ weekday, hour, figures }) => [
            dayName(DAYS[weekday - 1] ?? 'mon', lang),
            hour,
            ...cells(figures),
          ]),
        ]),
      'hours',
      html`<div class="report__scroll" tabindex="0" role="region" aria-label=${words.perHour}>
        <table class="heat">
          <thead>
            <tr>
              <td></td>
              ${hours.map(
                (hour) =>
                  html`<th scope="col">
                    <span class="visually-hidden">${hourWords(hour)}</span
                    ><span aria-hidden="true">${hour % 3 === 0 ? hourWords(hour) : ''}</span>
                  </th>`,
              )}
            </tr>
          </thead>
          <tbody>
            ${DAYS.map(
              (day, index) => html`<tr>
                <th scope="row">${dayName(day, lang, 'short')}</th>
                ${hours.map((hour) => {
                  const count = counts.get(`${index + 1} ${hour}`) ?? 0;
                  return html`<td data-level=${Math.ceil((count / most) * 5)}>${count > 0 ? number.format(count) : ''}</td>`;
                })}
              </tr>`,
            )}
          </tbody>
        </table>
      </div>`,
    );
  }

  function perAgent(shown: Report): TemplateResult {
    const most = Math.max(1, ...shown.agents.map(({ figures }) => figures.conversations));
    return panel(
      words.perAgent,
      words.perAgentHint,
      () =>
        toCsv([
          [words.agent, ...columns()],
          ...shown.agents.map(({ agent, figures }) => [agent?.name ?? words.nobody, ...cells(figures)]),
        ]),
      'agents',
      html`<div class="report__scroll" tabindex="0" role="region" aria-label=${words.perAgent}>
        <table class="table table--numbers">
          <thead>
            <tr>
              ${[
                words.agent,
                words.conversations,
                words.firstResponse,
                words.resolution,
                words.waiting,
                words.rating,
              ].map((name) => html`<th scope="col">${name}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${shown.agents.map(
              ({ agent, figures }) => html`<tr>
                <th scope="row" dir="auto">${agent?.name ?? words.nobody}</th>
                <td>${number.format(figures.conversations)} ${cellBar(figures.conversations / most)}</td>
                <td>${time(figures.firstResponse)}</td>
                <td>${time(figures.resolution)}</td>
                <td>${number.format(figures.waiting)}</td>
                <td>${rating(figures)}</td>
              </tr>`,
            )}
          </tbody>
        </table>
      </div>`,
    );
  }

  function columns(): readonly string[] {
    return Object.values(words.columns);
  }

  function cells(figures: ReportFigures | null): readonly (number | null)[] {
    return (Object.keys(words.columns) as (keyof ReportFigures)[]).map((name) => {
      if (!figures)
        return ['conversations', 'answered', 'closed', 'waiting', 'rated'].includes(name) ? 0 : null;
      const mean = average(figures);
      if (name === 'ratingSum') return mean === null ? null : Math.round(mean * 100) / 100;
      return figures[name];
    });
  }

  function content(shown: Report): TemplateResult {
    if (shown.total.conversations === 0) {
      return html`<div class="panel">
        <div class="empty">
          <span class="empty__icon">${inboxIcon}</span>
          <h2 class="empty__heading">${words.emptyHeading}</h2>
          <p class="empty__text">${words.empty}</p>
        </div>
      </div>`;
    }
    return html`${shown.more ? html`<p class="form__hint report__note">${words.more}</p>` : nothing} ${tiles(shown)}
      ${perDay(shown)} ${responses(shown)} ${perHour(shown)} ${perAgent(shown)}
      <p class="form__hint report__note">${words.zone(shown.zone)}</p>`;
  }

  void load();
  return {
    dirty: false,
    render: () => html`${controls()}
      <p class="visually-hidden" role="status">${loading ? words.refreshing : ''}</p>
      ${
        error
          ? html`<div class="panel panel--failed" role="alert">
              <p>${failureWords(error, strings)}</p>
              <button type="button" class="button" @click=${() => void load()}>${strings.retry}</button>
            </div>`
          : report
            ? html`<div class="report ${loading ? 'report--old' : ''}" aria-busy=${loading ? 'true' : 'false'}>
                ${content(report)}
              </div>`
            : html`<div class="panel panel--loading">
                ${[0, 1, 2].map(() => html`<span class="skeleton__line"></span>`)}
              </div>`
      }`,
  };
}
