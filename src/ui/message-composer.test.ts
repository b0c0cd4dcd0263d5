// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from 'vitest';
import { define } from './define.ts';
import { MessageComposer, type SendDetail } from './message-composer.ts';

define('support-message-composer', MessageComposer);

afterEach(() => document.body.replaceChildren());

async function composer(patch: Partial<MessageComposer> = {}) {
  const element = Object.assign(document.createElement('support-message-composer'), patch);
  const sent: SendDetail[] = [];
  const events: string[] = [];
  element.addEventListener('send', (event) => sent.push((event as CustomEvent<SendDetail>).detail));
  for (const type of ['draft', 'typing']) element.addEventListener(type, () => events.push(type));
  document.body.append(element);
  await element.updateComplete;
  const input = element.renderRoot.querySelector('textarea')!;
  const button = element.renderRoot.querySelector('button')!;
  return {
    element,
    input,
    button,
    sent,
    events,
    counter: () => element.renderRoot.querySelector('.counter')!.textContent,
    async type(text: string) {
      input.value = text;
      input.dispatchEvent(new InputEvent('input', { bubbles: true }));
      await element.updateComplete;
    },
    press(init: KeyboardEventInit) {
      const event = new KeyboardEvent('keydown', { key: 'Enter', cancelable: true, ...init });
      input.dispatchEvent(event);
      return event;
    },
  };
}

describe('<support-message-composer>', () => {
  it('names its text box and its button', async () => {
    const { input, button } = await composer({ label: 'Reply', sendLabel: 'Send' });
    expect(input.getAttribute('aria-label')).toBe('Reply');
    expect(button.getAttribute('aria-label')).toBe('Send');
  });

  it('sends on Enter and keeps the text until it is accepted', async () => {
    const { element, input, sent, type, press } = await composer();
    await type('  Hello ');
    expect(press({}).defaultPrevented).toBe(true);
    expect(sent.map(({ text }) => text)).toEqual(['Hello']);
    expect(input.value).toBe('  Hello ');
    sent[0]!.accept();
    await element.updateComplete;
    expect(input.value).toBe('');
  });

  it('keeps what was written while the message was on its way', async () => {
    const { element, input, sent, type, press } = await composer();
    await type('First');
    press({});
    await type('Second');
    sent[0]!.accept();
    await element.updateComplete;
    expect(input.value).toBe('Second');
  });

  it.each([
    ['Shift and Enter', { shiftKey: true }],
    ['Enter that ends a composition', { isComposing: true }],
    ['Enter after a composition in Safari', { keyCode: 229 }],
    ['another key', { key: 'a' }],
  ])('does not send on %s', async (_, init) => {
    const { sent, type, press } = await composer();
    await type('Hello');
    expect(press(init).defaultPrevented).toBe(false);
    expect(sent).toEqual([]);
  });

  it.each([
    ['blank', { value: ' \n ' }],
    ['busy', { value: 'Hello', busy: true }],
    ['disabled', { value: 'Hello', disabled: true }],
    ['over the limit', { value: 'Hello', maxLength: 4 }],
  ])('sends nothing while %s', async (_, patch) => {
    const { button, sent, press } = await composer(patch);
    expect(button.disabled).toBe(true);
    press({});
    expect(sent).toEqual([]);
  });

  it('counts characters, not UTF-16 units, near the limit', async () => {
    const { counter, type, button } = await composer({ maxLength: 20 });
    await type('👍'.repeat(15));
    expect(counter()).toBe('');
    await type('👍'.repeat(19));
    expect(counter()).toBe('1 left');
    await type('👍'.repeat(22));
    expect(counter()).toContain('2 characters too long');
    expect(button.disabled).toBe(true);
  });

  it('tells of drafts and of typing, but not of typing when the text is gone', async () => {
    const { events, type } = await composer();
    await type('H');
    await type('');
    expect(events).toEqual(['draft', 'typing', 'draft']);
  });

  it('inserts text where the caret is', async () => {
    const { element, input, type } = await composer();
    await type('Hello !');
    input.setSelectionRange(6, 6);
    element.insert('Sam');
    expect(element.value).toBe('Hello Sam!');
  });
});
