// What else the agent may want of sending: what becomes of the conversation, and which key does it.
import type { AfterSend } from '../core/after-send.ts';
import type { DashboardMessages } from '../i18n/dashboard-en.ts';
import type { SendKey } from './desk-composer.ts';
import type { Menu } from './menu.ts';
import { snoozeChoices } from './time-choices.ts';

interface SendMenu {
  readonly words: DashboardMessages;
  readonly lang: string;
  readonly now: number;
  /** Whether there is something that can be sent. */
  readonly canSend: boolean;
  readonly sendKey: SendKey;
  onSend(then: AfterSend): void;
  onSendKey(key: SendKey): void;
}

export function sendMenu({
  words,
  lang,
  now,
  canSend,
  sendKey,
  onSend,
  onSendKey,
}: SendMenu): Pick<Menu, 'label' | 'items'> {
  const time = (until: string) =>
    new Intl.DateTimeFormat(lang || 'en', { weekday: 'short', hour: 'numeric', minute: '2-digit' }).format(
      Date.parse(until),
    );
  const sends = [
    { label: words.sendClose, onChoose: () => onSend({ type: 'close' }) },
    ...snoozeChoices(now, words).map(({ until }, index) => ({
      label: words.sendSnooze[index] ?? '',
      ...(until === 'infinity' ? {} : { hint: time(until) }),
      onChoose: () => onSend({ type: 'snooze', until }),
    })),
  ];
  return {
    label: words.sendMore,
    items: [
      ...(canSend ? sends : []),
      ...(['enter', 'mod-enter'] as const).map((key, index) => ({
        label: words.sendKeys[key],
        checked: sendKey === key,
        separated: canSend && index === 0,
        onChoose: () => onSendKey(key),
      })),
    ],
  };
}
