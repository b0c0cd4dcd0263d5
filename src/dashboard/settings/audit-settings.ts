// Who changed what.
import { html, nothing, type TemplateResult } from 'lit';
import type { AuditEntry } from '../../core/admin-api.ts';
import { type ChatError, toChatError } from '../../core/errors.ts';
import { failureWords, Loader, type Section, type SectionContext } from './section.ts';

interface Log {
  readonly entries: readonly AuditEntry[];
  readonly more: boolean;
}

export function auditSettings(context: SectionContext): Section {
  const { api, strings, lang } = context;
  const words = strings.settings.audit;
  const loader = new Loader<Log>(context, () => api.audit(null));
  let loading = false;
  let failure: ChatError | null = null;

  async function loadMore({ entries }: Log): Promise<void> {
    if (loading) return;
    loading = true;
    failure = null;
    context.changed();
    try {
      const older = await api.audit(entries.at(-1)?.id ?? null);
      loader.set({ entries: [...entries, ...older.entries], more: older.more });
    } catch (reason) {
      failure = toChatError(reason);
    } finally {
      loading = false;
      context.changed();
    }
  }

  function row(entry: AuditEntry): TemplateResult {
    const who = entry.actor ? entry.actor.name || words.formerAgent : words.nobody;
    return html`<tr>
      <td>
        <time datetime=${entry.at}
          >${new Intl.DateTimeFormat(lang, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(entry.at))}</time
        >
      </td>
      <td dir="auto">${who}</td>
      <td dir="auto">${happened(entry)}</td>
    </tr>`;
  }

  function happened({ action, details, subject }: AuditEntry): string {
    const known = (words.actions as Readonly<Record<string, string>>)[action];
    const more = summary(action, details) || (action.startsWith('identity.') ? subject : '');
    return more ? `${known ?? action}: ${more}` : (known ?? action);
  }

  /** The few words that say what it was about; what a setting was changed to would fill the page. */
  function summary(action: string, details: unknown): string {
    if (typeof details !== 'object' || details === null) return '';
    const fields = details as Record<string, unknown>;
    const { name, title, shortcut, role, from, to, until } = fields;
    if (from && to) return changed(from as Record<string, unknown>, to as Record<string, unknown>);
    if (typeof shortcut === 'string') return `/${shortcut}${title ? ` (${title})` : ''}`;
    if (typeof name === 'string') return role ? `${name} (${role})` : name;
    if (typeof role === 'string') return role;
    if (until === 'infinity') return words.forGood;
    if ('until' in fields) return until ? words.until(String(until).slice(0, 10)) : words.unblocked;
    // Of a visitor it is written down only which of these were changed.
    return Object.keys(fields)
      .filter((key) => action !== 'visitor.changed' || fields[key])
      .map((key) => (words.settings as Readonly<Record<string, string>>)[key] ?? key)
      .join(', ');
  }

  function changed(from: Record<string, unknown>, to: Record<string, unknown>): string {
    const parts = [String(to.name ?? '')];
    if (from.name !== to.name) parts.push(words.renamed(String(from.name)));
    if (from.role !== to.role) parts.push(words.nowRole(String(to.role)));
    if (from.active !== to.active) parts.push(to.active ? words.nowActive : words.nowInactive);
    return parts.join(', ');
  }

  return {
    dirty: false,
    render: () =>
      loader.render((log) =>
        log.entries.length === 0
          ? html`<p class="panel form__hint">${words.none}</p>`
          : html`<div class="panel panel--table" tabindex="0" role="region" aria-label=${words.heading}>
                <table class="table">
                  <thead>
                    <tr>
                      <th scope="col">${words.when}</th>
                      <th scope="col">${words.who}</th>
                      <th scope="col">${words.what}</th>
                    </tr>
                  </thead>
                  <tbody>
                    ${log.entries.map(row)}
                  </tbody>
                </table>
              </div>
              ${failure ? html`<p class="panel__problem" role="alert">${failureWords(failure, strings)}</p>` : nothing}
              ${
                log.more
                  ? html`<button
                      type="button"
                      class="button"
                      aria-disabled=${loading ? 'true' : 'false'}
                      @click=${() => void loadMore(log)}
                    >
                      ${loading ? strings.loadingMore : words.older}
                    </button>`
                  : nothing
              }`,
      ),
  };
}
