// Who is on the team, who is invited, and who is not any more.
import { html, nothing, type TemplateResult } from 'lit';
import type { Invite, Member } from '../../core/admin-api.ts';
import { type ChatError, toChatError } from '../../core/errors.ts';
import { renderAvatar } from '../../ui/avatar.ts';
import { ago } from '../time-words.ts';
import { copyField, selectField } from './fields.ts';
import { detailOf, failureWords, Loader, type Section, type SectionContext } from './section.ts';

interface Team {
  readonly members: readonly Member[];
  readonly invites: readonly Invite[];
}

export function agentsSettings(context: SectionContext): Section {
  const { api, strings, lang, me } = context;
  const words = strings.settings.agents;
  const loader = new Loader<Team>(context, () => api.team());
  let role: Member['role'] = 'agent';
  let link: { readonly id: string; readonly url: string } | null = null;
  let busy = false;
  let problem = '';

  /** One at a time; what goes wrong is said above the list. */
  async function act(change: () => Promise<string>): Promise<void> {
    if (busy) return;
    busy = true;
    problem = '';
    context.changed();
    try {
      context.announce(await change());
    } catch (reason) {
      problem = explain(toChatError(reason));
    } finally {
      busy = false;
      context.changed();
    }
  }

  function explain(error: ChatError): string {
    const reason = detailOf(error, 'reason');
    if (reason === 'last-admin') return words.lastAdmin;
    if (reason === 'full') return words.tooManyInvites;
    return failureWords(error, strings);
  }

  async function save(
    member: Member,
    patch: Parameters<typeof api.saveMember>[1],
    said: (name: string) => string,
  ): Promise<void> {
    await act(async () => {
      const saved = await api.saveMember(member.id, patch);
      const team = loader.value as Team;
      loader.set({ ...team, members: team.members.map((other) => (other.id === saved.id ? saved : other)) });
      return said(saved.name);
    });
  }

  async function deactivate(member: Member): Promise<void> {
    const sure = await context.confirm({
      heading: words.deactivateHeading(member.name),
      text: words.deactivateText,
      action: words.deactivate,
    });
    if (sure) await save(member, { active: false }, words.deactivated);
  }

  const invite = (): Promise<void> =>
    act(async () => {
      const made = await api.invite(role);
      link = { id: made.invite.id, url: `${location.href.replace(/#.*$/, '')}#invite=${made.token}` };
      const team = loader.value as Team;
      loader.set({ ...team, invites: [made.invite, ...team.invites] });
      return words.invited;
    });

  const withdraw = (id: string): Promise<void> =>
    act(async () => {
      await api.withdrawInvite(id);
      if (link?.id === id) link = null;
      const team = loader.value as Team;
      loader.set({ ...team, invites: team.invites.filter((other) => other.id !== id) });
      return words.withdrawn;
    });

  function memberRow(member: Member): TemplateResult {
    const mine = member.id === me.id;
    const seen = member.lastSeenAt
      ? words.seen(ago(member.lastSeenAt, Date.now(), lang, strings.justNow))
      : words.neverSeen;
    const action = (label: string, run: () => void): TemplateResult =>
      html`<button
        type="button"
        class="button button--quiet"
        aria-label="${label}: ${member.name}"
        aria-disabled=${busy ? 'true' : 'false'}
        @click=${run}
      >
        ${label}
      </button>`;
    return html`<li class="people__row">
      ${renderAvatar(member)}
      <div class="people__who">
        <span class="people__name" dir="auto">${mine ? strings.you(member.name) : member.name}</span>
        <span class="people__more" dir="auto"
          >${[member.email, member.active ? seen : words.inactive].filter(Boolean).join(' · ')}</span
        >
      </div>
      <span class="tag">${words.roles[member.role]}</span>
      <div class="people__actions">
        ${
          member.active
            ? html`${
                member.role === 'admin'
                  ? action(words.makeAgent, () => void save(member, { role: 'agent' }, words.isAgent))
                  : action(words.makeAdmin, () => void save(member, { role: 'admin' }, words.isAdmin))
              }${mine ? nothing : action(words.deactivate, () => void deactivate(member))}`
            : action(words.activate, () => void save(member, { active: true }, words.activated))
        }
      </div>
    </li>`;
  }

  function people(members: readonly Member[], heading: string): TemplateResult | typeof nothing {
    if (members.length === 0) return nothing;
    return html`<h3 class="panel__heading">${heading}</h3>
      <ul class="people">
        ${members.map(memberRow)}
      </ul>`;
  }

  return {
    dirty: false,
    render: () =>
      loader.render(
        ({ members, invites }) => html`${
          problem ? html`<p class="panel__problem" role="alert">${problem}</p>` : nothing
        }
          <div class="panel">
            ${people(
              members.filter(({ active }) => active),
              words.active,
            )}
            ${people(
              members.filter(({ active }) => !active),
              words.former,
            )}
          </div>
          <div class="panel">
            <h3 class="panel__heading">${words.inviteHeading}</h3>
            <p class="form__hint">${words.inviteHint}</p>
            <div class="form__row form__row--end">
              ${selectField({
                name: 'invite-role',
                label: words.inviteRole,
                value: role,
                options: (['agent', 'admin'] as const).map((value) => ({ value, label: words.roles[value] })),
                onChange: (value) => {
                  role = value as Member['role'];
                  context.changed();
                },
              })}
              <button
                type="button"
                class="button button--primary"
                aria-disabled=${busy ? 'true' : 'false'}
                @click=${() => void invite()}
              >
                ${words.invite}
              </button>
            </div>
            ${
              link
                ? copyField(
                    { name: 'invite-link', label: words.link, hint: words.linkHint, value: link.url },
                    strings,
                    context.announce,
                  )
                : nothing
            }
            ${
              invites.length > 0
                ? html`<ul class="people">
                    ${invites.map(
                      (open) => html`<li class="people__row">
                        <div class="people__who">
                          <span class="people__name">${words.openInvite(words.roles[open.role])}</span>
                          <span class="people__more"
                            >${words.invitedBy(
                              open.createdBy.name,
                              ago(open.createdAt, Date.now(), lang, strings.justNow),
                              new Intl.DateTimeFormat(lang, {
                                dateStyle: 'medium',
                                timeStyle: 'short',
                              }).format(new Date(open.expiresAt)),
                            )}</span
                          >
                        </div>
                        <button
                          type="button"
                          class="button button--quiet"
                          aria-disabled=${busy ? 'true' : 'false'}
                          @click=${() => void withdraw(open.id)}
                        >
                          ${words.withdraw}
                        </button>
                      </li>`,
                    )}
                  </ul>`
                : nothing
            }
          </div>`,
      ),
  };
}
