// Who is signed in, whether visitors see them, and the way out.
import { html, nothing, type TemplateResult } from 'lit';
import { renderAvatar } from '../ui/avatar.ts';
import { notificationsBlocked } from './attention.ts';
import { bellIcon, chartIcon, gearIcon, keyboardIcon, signOutIcon } from './desk-icons.ts';
import type { DeskView } from './desk-view.ts';
import { menu } from './menu.ts';

export interface AccountActions {
  onAvailability(availability: 'online' | 'away'): void;
  onKeySheet(): void;
  onNotifications(on: boolean): void;
  onManage(page: 'settings' | 'reports'): void;
  /** Null where signing out is done elsewhere. */
  readonly onSignOut: (() => void) | null;
}

export function accountMenu(view: DeskView, actions: AccountActions): TemplateResult {
  const { state, strings } = view;
  const name = state.me?.name ?? '';
  const availability = state.me?.availability ?? 'offline';
  const choice = (value: 'online' | 'away', hint: string) => ({
    label: strings[value],
    hint,
    mark: html`<span class="presence presence--${value}"></span>`,
    checked: availability === value,
    onChoose: () => actions.onAvailability(value),
  });
  return menu({
    label: name,
    buttonClass: 'account',
    content: html`${state.me ? renderAvatar(state.me) : nothing}<span
        class="presence presence--${availability}"
      ></span
      ><span class="visually-hidden">${strings.account(`${name}, ${strings[availability]}`)}</span>`,
    open: view.openMenu === 'account',
    edge: 'end',
    onToggle: (open) => view.onMenu(open ? 'account' : null),
    items: [
      choice('online', strings.onlineHint),
      choice('away', strings.awayHint),
      {
        label: state.preferences.notifications ? strings.notificationsOff : strings.notificationsOn,
        hint: notificationsBlocked() ? strings.notificationsBlocked : strings.notificationsHint,
        mark: bellIcon,
        separated: true,
        onChoose: () => actions.onNotifications(!state.preferences.notifications),
      },
      {
        label: strings.settings.title,
        mark: gearIcon,
        onChoose: () => actions.onManage('settings'),
      },
      { label: strings.reports.title, mark: chartIcon, onChoose: () => actions.onManage('reports') },
      { label: strings.keys, mark: keyboardIcon, onChoose: actions.onKeySheet },
      ...(actions.onSignOut
        ? [{ label: strings.signOut, mark: signOutIcon, onChoose: actions.onSignOut }]
        : []),
    ],
  });
}
