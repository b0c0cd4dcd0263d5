// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import { keyBindings, keyCommand } from './keys.ts';

/** What a press on a place of the page means. */
function press(init: KeyboardEventInit, on: HTMLElement = document.body, letters = true) {
  let command: ReturnType<typeof keyCommand> = null;
  const listen = (event: Event) => (command = keyCommand(event as KeyboardEvent, letters));
  document.body.append(on === document.body ? '' : on);
  document.addEventListener('keydown', listen, { once: true });
  on.dispatchEvent(new KeyboardEvent('keydown', { bubbles: true, composed: true, ...init }));
  return command;
}

describe('keys', () => {
  it.each([
    ['a letter', { key: 'e', code: 'KeyE' }, 'close'],
    ['with Shift', { key: 'E', code: 'KeyE', shiftKey: true }, 'close-stay'],
    ['with Ctrl', { key: 'k', code: 'KeyK', ctrlKey: true }, 'palette'],
    ['with ⌘', { key: 'z', code: 'KeyZ', metaKey: true }, 'undo'],
    ['a letter of another script', { key: 'у', code: 'KeyE' }, 'close'],
    ['one of them with Shift', { key: 'У', code: 'KeyE', shiftKey: true }, 'close-stay'],
    ['one of them with Ctrl', { key: 'л', code: 'KeyK', ctrlKey: true }, 'palette'],
    ['a Latin letter that lies elsewhere', { key: 'z', code: 'KeyY' }, 'snooze'],
    ['a letter of its own place', { key: 'ö', code: 'Semicolon' }, null],
    ['a sign with Option', { key: '[', code: 'Digit5', altKey: true }, 'previous-tab'],
    ['a sign with AltGr', { key: ']', code: 'Digit9', altKey: true, ctrlKey: true }, 'next-tab'],
    ['a sign with Shift', { key: '?', code: 'Minus', shiftKey: true }, 'help'],
    ['a letter with Alt', { key: 'e', code: 'KeyE', altKey: true }, null],
    ['within a composition', { key: 'e', code: 'KeyE', isComposing: true }, null],
    ['closing, held down', { key: 'e', code: 'KeyE', repeat: true }, null],
    ['walking, held down', { key: 'j', code: 'KeyJ', repeat: true }, 'next'],
  ] as const)('%s', (_what, init, command) => {
    expect(press(init)).toBe(command);
  });

  it('leaves to a field what is typed there', () => {
    const field = document.createElement('textarea');
    expect(press({ key: 'e' }, field)).toBeNull();
    expect(press({ key: 'z', ctrlKey: true }, field)).toBeNull();
    expect(press({ key: 'k', ctrlKey: true }, field)).toBe('palette');
    expect(press({ key: 'Escape' }, field)).toBe('back');
  });

  it('hears no single letters where they are switched off', () => {
    expect(press({ key: 'e' }, document.body, false)).toBeNull();
    expect(press({ key: 'k', ctrlKey: true }, document.body, false)).toBe('palette');
  });

  it('means one thing by each', () => {
    const all = keyBindings.flatMap(({ keys, held = '' }) => keys.map((key) => `${held} ${key}`));
    expect(new Set(all).size).toBe(all.length);
  });
});
