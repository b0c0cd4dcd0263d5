// Above the list: its order, what of it to show, and the views that are kept.
import { html, nothing, type TemplateResult } from 'lit';
import type { SavedView } from '../core/desk-preferences.ts';
import { isFiltered, NO_FILTER, PRIORITIES, spanDays, startOf } from '../core/inbox.ts';
import type { InboxFilter, InboxSort } from '../core/model.ts';
import { crossIcon, filterIcon, selectIcon } from './desk-icons.ts';
import type { DeskView } from './desk-view.ts';
import { lastDays } from './time-choices.ts';

export interface FilterActions {
  onSort(sort: InboxSort): void;
  onFilter(filter: InboxFilter): void;
  onFilterPanel(open: boolean): void;
  onView(view: SavedView): void;
  onSaveView(name: string): void;
  onRemoveView(name: string): void;
  onSelectMany(): void;
}

export interface FilterView extends DeskView {
  readonly filterPanel: boolean;
  /** Tags there are, as far as is known. */
}

export function filterBar(view: FilterView, actions: FilterActions): TemplateResult {
  const { state, strings } = view;
  const count = Object.values(state.filter).filter((asked) => asked !== null && asked !== false).length;
  return html`<div class="order">
      ${
        // Closed conversations have one order only.
        state.tab === 'closed'
          ? html`<span class="order__fixed">${strings.sortNewest}</span>`
          : html`<span class="order__sort"
            ><select
              class="select"
              aria-label=${strings.sort}
              @change=${(event: Event) => actions.onSort((event.target as HTMLSelectElement).value as InboxSort)}
            >
              <option value="waiting" ?selected=${state.sort === 'waiting'}>${strings.sortWaiting}</option>
              <option value="newest" ?selected=${state.sort === 'newest'}>${strings.sortNewest}</option>
              <option value="priority" ?selected=${state.sort === 'priority'}>${strings.sortPriority}</option>
            </select></span
          >`
      }
      <button
        type="button"
        class="chip ${count > 0 ? 'chip--on' : ''}"
        aria-expanded=${view.filterPanel ? 'true' : 'false'}
        aria-controls="filters"
        @click=${() => actions.onFilterPanel(!view.filterPanel)}
      >
        ${filterIcon}<span>${strings.filter}</span>${
          count > 0
            ? html`<span aria-hidden="true">${count}</span><span class="visually-hidden">, ${strings.filterCount(count)}</span>`
            : nothing
        }
      </button>
      <button type="button" class="icon-button icon-button--small" title=${strings.selectMany} aria-label=${strings.selectMany} @click=${actions.onSelectMany}>
        ${selectIcon}
      </button>
    </div>
    ${view.filterPanel ? filterPanel(view, actions) : chips(view, actions)}`;
}

function filterPanel(view: FilterView, actions: FilterActions): TemplateResult {
  const { state, strings } = view;
  const { filter } = state;
  const set = (patch: Partial<InboxFilter>) => actions.onFilter({ ...filter, ...patch });
  const agents = state.agents.map(({ id, name }) => [id, name] as const);
  const tags = [...new Set([...state.tags, ...(filter.tag === null ? [] : [filter.tag])])].sort((a, b) =>
    a.localeCompare(b),
  );
  return html`<div class="filters" id="filters" role="group" aria-label=${strings.filter}>
    ${choice(strings.filterAgent, strings.filterAnyAgent, filter.agent, agents, (agent) => set({ agent }))}
    ${choice(
      strings.filterTag,
      strings.filterAnyTag,
      filter.tag,
      tags.map((tag) => [tag, tag] as const),
      (tag) => set({ tag }),
    )}
    ${choice(
      strings.filterPriority,
      strings.filterAnyPriority,
      filter.priority,
      PRIORITIES.map((priority) => [priority, strings.priority[priority]] as const),
      (priority) => set({ priority }),
    )}
    ${choice(
      strings.filterActive,
      strings.filterAnyTime,
      filter.active?.includes('/') ? 'days' : filter.active,
      activeChoices.map((active) => [active, strings.filterActiveIn[active]] as const),
      (active) => {
        const { from, to } = lastDays(7, view.now);
        set({ active: active === 'days' ? `${from}/${to}` : active });
      },
    )}
    ${filter.active?.includes('/') ? dayFields(view, filter, (active) => set({ active })) : nothing}
    <label class="filters__box"
      ><input
        class="check"
        type="checkbox"
        .checked=${filter.unread}
        @change=${() => set({ unread: !filter.unread })}
      />${strings.filterUnread}</label
    >
    <label class="filters__box"
      ><input
        class="check"
        type="checkbox"
        .checked=${filter.snoozed}
        @change=${() => set({ snoozed: !filter.snoozed })}
      />${strings.filterSnoozed}</label
    >
    ${savedViews(view, actions)}
    <form class="filters__save" @submit=${(event: SubmitEvent) => save(event, actions)}>
      <input class="filters__name" name="name" maxlength="60" aria-label=${strings.viewName} placeholder=${strings.viewName} autocomplete="off" />
      <button type="submit" class="button">${strings.viewSave}</button>
    </form>
    ${
      isFiltered(filter)
        ? html`<button type="button" class="button button--quiet filters__clear" @click=${() => actions.onFilter(NO_FILTER)}>
          ${strings.filterClear}
        </button>`
        : nothing
    }
  </div>`;
}

const activeChoices = ['day', 'week', 'month', 'before-week', 'days'] as const;

function dayFields(
  { strings }: FilterView,
  { active }: InboxFilter,
  onChange: (active: InboxFilter['active']) => void,
): TemplateResult {
  // As they were entered: a field must not change places with the other while somebody types a year.
  const days = active?.split('/') ?? [];
  const field = (label: string, index: 0 | 1) => html`<label class="filters__choice"
    ><span class="filters__label">${label}</span
    ><input
      class="filters__select"
      type="date"
      max="9999-12-31"
      .value=${days[index] ?? ''}
      @change=${(event: Event) => {
        const input = event.target as HTMLInputElement;
        if (!input.checkValidity()) return;
        const changed = [...days];
        changed[index] = input.value;
        onChange(changed.join('') ? `${changed[0]}/${changed[1]}` : null);
      }}
  /></label>`;
  return html`${field(strings.filterFrom, 0)}${field(strings.filterTo, 1)}`;
}

function activeWords({ lang, strings }: FilterView, active: InboxFilter['active']): string | null {
  const days = spanDays(active);
  if (!days[0] && !days[1]) return strings.filterActiveIn[active as (typeof activeChoices)[number]] ?? null;
  const format = new Intl.DateTimeFormat(lang, { dateStyle: 'medium' });
  const [first, last] = days.map((day) => (day ? startOf(day) : null));
  if (first && last) return format.formatRange(first, last);
  return first ? `${format.format(first)} –` : `– ${format.format(last ?? undefined)}`;
}

function choice<Value extends string>(
  label: string,
  any: string,
  chosen: Value | null,
  options: readonly (readonly [Value, string])[],
  onChoose: (value: Value | null) => void,
): TemplateResult {
  return html`<label class="filters__choice"
    ><span class="filters__label">${label}</span
    ><select
      class="filters__select"
      @change=${(event: Event) => onChoose(((event.target as HTMLSelectElement).value || null) as Value | null)}
    >
      <option value="" ?selected=${chosen === null}>${any}</option>
      ${options.map(([value, words]) => html`<option value=${String(value)} ?selected=${chosen === value}>${words}</option>`)}
    </select></label
  >`;
}

function savedViews(view: FilterView, actions: FilterActions): TemplateResult | typeof nothing {
  const { strings, state } = view;
  const { views } = state.preferences;
  if (views.length === 0) return nothing;
  return html`<ul class="filters__views" role="list" aria-label=${strings.views}>
    ${views.map(
      (saved) => html`<li class="chip-pair">
        <button type="button" class="chip" dir="auto" @click=${() => actions.onView(saved)}>${saved.name}</button
        ><button
          type="button"
          class="chip chip--end"
          aria-label=${strings.viewRemove(saved.name)}
          @click=${() => actions.onRemoveView(saved.name)}
        >
          ${crossIcon}
        </button>
      </li>`,
    )}
  </ul>`;
}

function save(event: SubmitEvent, actions: FilterActions): void {
  event.preventDefault();
  const field = (event.target as HTMLFormElement).querySelector('input');
  const name = field?.value.trim() ?? '';
  if (!field) return;
  if (name) actions.onSaveView(name);
  else field.focus();
  field.value = '';
}

/** What the list leaves out, and a way to have it back, while the panel is closed. */
function chips(view: FilterView, actions: FilterActions): TemplateResult | typeof nothing {
  const { state, strings } = view;
  const { filter } = state;
  if (!isFiltered(filter)) return nothing;
  const agent = state.agents.find(({ id }) => id === filter.agent);
  const on: readonly (readonly [keyof InboxFilter, string | null])[] = [
    ['agent', filter.agent && (agent?.name ?? strings.filterAgent)],
    ['tag', filter.tag],
    ['priority', filter.priority && strings.priorityOf(strings.priority[filter.priority])],
    ['active', filter.active && activeWords(view, filter.active)],
    ['unread', filter.unread ? strings.filterUnread : null],
    ['snoozed', filter.snoozed ? strings.filterSnoozed : null],
  ];
  return html`<div class="chips">
    ${on.map(([key, words]) =>
      words === null
        ? nothing
        : html`<button
          type="button"
          class="chip chip--on"
          aria-label=${strings.filterRemove(words)}
          @click=${() => actions.onFilter({ ...filter, [key]: NO_FILTER[key] })}
        >
          <span dir="auto">${words}</span>${crossIcon}
        </button>`,
    )}
  </div>`;
}
