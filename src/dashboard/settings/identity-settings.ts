// The keys a site's own backend vouches for its customers with.
import { html, nothing } from 'lit';
import type { IdentityKey } from '../../core/admin-api.ts';
import { toChatError } from '../../core/errors.ts';
import { copyField } from './fields.ts';
import { detailOf, failureWords, Loader, type Section, type SectionContext } from './section.ts';

export function identitySettings(context: SectionContext): Section {
  const { api, strings, lang } = context;
  const words = strings.settings.identity;
  const loader = new Loader<readonly IdentityKey[]>(context, () => api.identityKeys());
  let made: { readonly kid: string; readonly secret: string } | null = null;
  let busy = false;
  let problem = '';

  async function act(change: () => Promise<string>): Promise<void> {
    if (busy) return;
    busy = true;
    problem = '';
    context.changed();
    try {
      context.announce(await change());
    } catch (reason) {
      const error = toChatError(reason);
      problem = detailOf(error, 'reason') === 'full' ? words.full : failureWords(error, strings);
    } finally {
      busy = false;
      context.changed();
    }
  }

  const add = (): Promise<void> =>
    act(async () => {
      const { key, secret } = await api.addIdentityKey();
      made = { kid: key.kid, secret };
      loader.set([...(loader.value ?? []), key]);
      return words.added;
    });

  async function remove({ kid }: IdentityKey): Promise<void> {
    const sure = await context.confirm({
      heading: words.removeHeading(kid),
      text: words.removeText,
      action: strings.settings.remove,
    });
    if (!sure) return;
    await act(async () => {
      await api.removeIdentityKey(kid);
      if (made?.kid === kid) made = null;
      loader.set((loader.value ?? []).filter((other) => other.kid !== kid));
      return words.removed;
    });
  }

  return {
    /** A secret on screen is told once: whoever leaves has to mean it. */
    get dirty() {
      return made !== null;
    },
    render: () =>
      loader.render(
        (keys) => html`${problem ? html`<p class="panel__problem" role="alert">${problem}</p>` : nothing}
          <div class="panel">
            ${
              keys.length === 0
                ? html`<p class="form__hint">${words.none}</p>`
                : html`<ul class="people">
                    ${keys.map(
                      (key) => html`<li class="people__row">
                        <div class="people__who">
                          <code class="people__name">${key.kid}</code>
                          <span class="people__more"
                            >${words.since(
                              new Intl.DateTimeFormat(lang, { dateStyle: 'medium' }).format(
                                new Date(key.createdAt),
                              ),
                            )}</span
                          >
                        </div>
                        <button
                          type="button"
                          class="button button--quiet"
                          aria-label=${strings.settings.removeNamed(key.kid)}
                          @click=${() => void remove(key)}
                        >
                          ${strings.settings.remove}
                        </button>
                      </li>`,
                    )}
                  </ul>`
            }
            ${
              made
                ? html`<div class="secret">
                    ${copyField({ name: 'kid', label: words.kid, value: made.kid }, strings, context.announce)}
                    ${copyField(
                      { name: 'secret', label: words.secret, hint: words.secretHint, value: made.secret },
                      strings,
                      context.announce,
                    )}
                    <button
                      type="button"
                      class="button"
                      @click=${() => {
                        made = null;
                        context.changed();
                        context.focus('#add-key');
                      }}
                    >
                      ${words.done}
                    </button>
                  </div>`
                : nothing
            }
            ${
              keys.length < 2
                ? html`<button
                    type="button"
                    class="button button--primary"
                    id="add-key"
                    aria-disabled=${busy ? 'true' : 'false'}
                    @click=${() => void add()}
                  >
                    ${words.add}
                  </button>`
                : html`<p class="form__hint">${words.full}</p>`
            }
          </div>`,
      ),
  };
}
