// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from 'vitest';
import { define } from '../ui/define.ts';
import { type AnswerDetail, DeskComposer } from './desk-composer.ts';

define('support-desk-composer', DeskComposer);

const canned = [
  {
    id: 'c1',
    shortcut: 'hi',
    title: 'Greeting',
    content: 'Hello {{visitor.name}}!',
    shared: true,
    updatedAt: '',
  },
  {
    id: 'c2',
    shortcut: 'mail',
    title: 'Mail',
    content: 'Is it {{visitor.email}}?',
    shared: true,
    updatedAt: '',
  },
];

async function setup(patch: Partial<DeskComposer> = {}) {
  const composer = document.createElement('support-desk-composer');
  Object.assign(composer, {
    canned,
    people: [{ id: 'a2', name: 'Tom Okafor' }],
    variables: new Map([
      ['visitor.name', 'Vera'],
      ['visitor.email', ''],
    ]),
    canFollow: true,
    sendText: 'Send',
    sendLabel: 'Send',
    ...patch,
  });
  const answers: AnswerDetail[] = [];
  const events: string[] = [];
  composer.addEventListener('answer', (event) => answers.push((event as CustomEvent<AnswerDetail>).detail));
  for (const type of ['canned-wanted', 'send', 'send-key'])
    composer.addEventListener(type, () => events.push(type));
  document.body.append(composer);
  await composer.updateComplete;
  const root = composer.renderRoot;
  const field = root.querySelector('textarea') as HTMLTextAreaElement;
  const settle = async () => {
    for (let round = 0; round < 3; round++) {
      await new Promise((resolve) => setTimeout(resolve));
      await composer.updateComplete;
    }
  };
  return {
    composer,
    field,
    root,
    answers,
    events,
    settle,
    async type(text: string) {
      field.focus();
      field.value = text;
      field.setSelectionRange(text.length, text.length);
      field.dispatchEvent(new Event('input', { bubbles: true }));
      await settle();
    },
    async press(key: string, init: KeyboardEventInit = {}, target: Element = field) {
      const event = new KeyboardEvent('keydown', {
        key,
        bubbles: true,
        composed: true,
        cancelable: true,
        ...init,
      });
      target.dispatchEvent(event);
      await settle();
      return event;
    },
    options: () =>
      [...root.querySelectorAll('[role="option"]')].map((one) =>
        one.textContent?.replace(/\s+/g, ' ').trim(),
      ),
    active: () => field.getAttribute('aria-activedescendant'),
    button: (name: string) => {
      const found = [...root.querySelectorAll('button')].find((one) =>
        (one.getAttribute('aria-label') ?? one.textContent?.replace(/\s+/g, ' ').trim())?.startsWith(name),
      );
      if (!found) throw new Error(`There is no button "${name}".`);
      return found;
    },
  };
}

afterEach(() => document.body.replaceChildren());

describe('saved answers', () => {
  it('are offered after a slash and put in with what is known', async () => {
    const { type, press, options, active, composer, events, field } = await setup();
    await type('Well, /');
    expect(options()).toEqual(['/hiGreeting', '/mailMail']);
    expect(events).toEqual(['canned-wanted']);
    expect(active()).toBe('suggestion-0');
    const event = await press('Enter');
    expect(event.defaultPrevented).toBe(true);
    expect(composer.value).toBe('Well, Hello Vera!');
    expect(options()).toEqual([]);
    expect(field.getAttribute('aria-activedescendant')).toBeNull();
  });

  it('show what they would say, and what is missing', async () => {
    const { type, press, root } = await setup();
    await type('/');
    expect(root.querySelector('.preview')?.textContent).toContain('Hello Vera!');
    expect(root.querySelector('.preview__missing')).toBeNull();
    await press('ArrowDown');
    expect(root.querySelector('.preview__missing')?.textContent).toBe('{{visitor.email}}');
    expect(root.querySelector('.preview__warning')).not.toBeNull();
  });

  it('leave what is missing selected, to be typed over', async () => {
    const { type, press, composer, field } = await setup();
    await type('/mail');
    await press('Tab');
    expect(composer.value).toBe('Is it {{visitor.email}}?');
    expect(field.value.slice(field.selectionStart, field.selectionEnd)).toBe('{{visitor.email}}');
  });

  it('walk round with the arrows and are sent away with Escape', async () => {
    const { type, press, active, options } = await setup();
    await type('/');
    await press('ArrowUp');
    expect(active()).toBe('suggestion-1');
    await press('ArrowDown');
    expect(active()).toBe('suggestion-0');
    await press('Escape');
    expect(options()).toEqual([]);
    await type('/h');
    expect(options()).toEqual([]);
    await type('Now /h');
    expect(options()).toEqual(['/hiGreeting']);
  });

  it('are put in with the mouse', async () => {
    const { type, root, composer, settle } = await setup();
    await type('/');
    (root.querySelectorAll('[role="option"]')[1] as HTMLElement).click();
    await settle();
    expect(composer.value).toBe('Is it {{visitor.email}}?');
  });

  it('come as soon as they are loaded', async () => {
    const { type, composer, settle, options, root } = await setup({ canned: null });
    await type('/');
    expect(root.querySelector('.popup__none')?.textContent).toContain('Loading');
    composer.canned = canned;
    await settle();
    expect(options()).toHaveLength(2);
  });

  it('have a button', async () => {
    const { button, settle, options, composer } = await setup();
    button('Insert a saved answer').click();
    await settle();
    expect(composer.value).toBe('/');
    expect(options()).toHaveLength(2);
  });
});

describe('a variable without a value', () => {
  it('holds the message until somebody says so', async () => {
    const { type, press, answers, root, button, settle } = await setup();
    await type('Is it {{visitor.email}}, {{visitor.name}}? {{nonsense}}');
    await press('Enter');
    expect(answers).toEqual([]);
    expect(root.querySelector('[role="alert"]')?.textContent).toContain('{{visitor.email}} is empty here');
    expect(root.querySelector('[role="alert"]')?.textContent).toContain('{{nonsense}} is no variable');
    button('Send as it is').click();
    await settle();
    expect(answers.map(({ text }) => text)).toEqual(['Is it {{visitor.email}}, Vera? {{nonsense}}']);
    expect(root.querySelector('.held__text')).toBeNull();
  });

  it('is filled in after all where it has come meanwhile', async () => {
    const { type, press, answers, composer, button, settle, root } = await setup();
    await type('Is it {{visitor.email}}? {{nonsense}}');
    await press('Enter');
    composer.variables = new Map([['visitor.email', 'vera@example.com']]);
    await settle();
    expect(root.querySelector('.held__text')?.textContent).not.toContain('visitor.email');
    button('Send as it is').click();
    expect(answers.map(({ text }) => text)).toEqual(['Is it vera@example.com? {{nonsense}}']);
  });

  it('is not asked about any more once it has come', async () => {
    const { type, press, answers, composer, settle, root } = await setup();
    await type('/mail');
    await press('Tab');
    await press('Enter');
    expect(root.querySelector('.held__text')).not.toBeNull();
    composer.variables = new Map([['visitor.email', 'vera@example.com']]);
    await settle();
    expect(root.querySelector('.held__text')).toBeNull();
    await press('Enter');
    expect(answers.map(({ text }) => text)).toEqual(['Is it vera@example.com?']);
  });

  it('is none in what a visitor is called', async () => {
    const variables = new Map([
      ['visitor.name', '{{visitor.email}} {{nonsense}}'],
      ['visitor.email', 'vera@example.com'],
    ]);
    const { type, press, answers, button, settle, root } = await setup({ variables });
    await type('/hi');
    await press('Tab');
    await press('Enter');
    await type('{{visitor.name}}');
    await press('Enter');
    expect(root.querySelector('.held__text')).toBeNull();
    await type('{{visitor.name}} {{other}}');
    await press('Enter');
    button('Send as it is').click();
    await settle();
    expect(answers.map(({ text }) => text)).toEqual([
      'Hello {{visitor.email}} {{nonsense}}!',
      '{{visitor.email}} {{nonsense}}',
      '{{visitor.email}} {{nonsense}} {{other}}',
    ]);
  });

  it('is forgiven with the next key', async () => {
    const { type, press, root } = await setup();
    await type('{{visitor.email}}');
    await press('Enter');
    await type('vera@example.com');
    expect(root.querySelector('.held__text')).toBeNull();
  });

  it('is nothing to stop a note for', async () => {
    const { type, press, answers } = await setup({ tone: 'note' });
    await type('Use {{visitor.email}}');
    await press('Enter');
    expect(answers).toHaveLength(1);
  });
});

describe('mentions', () => {
  it('are offered in notes', async () => {
    const { type, press, options, composer } = await setup({ tone: 'note' });
    await type('Ask @to');
    expect(options()).toHaveLength(1);
    await press('Enter');
    expect(composer.value).toBe('Ask @Tom Okafor ');
  });

  it('are not offered in replies', async () => {
    const { type, options, button } = await setup();
    await type('Ask @to');
    expect(options()).toEqual([]);
    expect(() => button('Mention')).toThrow();
  });
});

describe('emoji', () => {
  it('are put in from the picker, which gives the focus back', async () => {
    const { button, settle, root, composer, press } = await setup();
    button('Insert an emoji').click();
    await settle();
    const search = root.querySelector('.picker__search') as HTMLInputElement;
    search.value = 'rocket';
    search.dispatchEvent(new Event('input', { bubbles: true }));
    await settle();
    expect(
      [...root.querySelectorAll('[role="gridcell"]')].map((one) => one.getAttribute('aria-label')),
    ).toEqual(['rocket']);
    await press('Enter', {}, search);
    expect(composer.value).toBe('🚀');
    expect(root.querySelector('.popup')).toBeNull();
    expect(composer.shadowRoot?.activeElement).toBe(root.querySelector('textarea'));
  });

  it('are walked through in rows', async () => {
    const { button, settle, root, press } = await setup();
    button('Insert an emoji').click();
    await settle();
    const search = root.querySelector('.picker__search') as HTMLInputElement;
    await press('ArrowDown', {}, search);
    await press('ArrowRight', {}, search);
    expect(search.getAttribute('aria-activedescendant')).toBe('emoji-9');
    await press('ArrowUp', {}, search);
    await press('ArrowUp', {}, search);
    expect(search.getAttribute('aria-activedescendant')).toBe('emoji-1');
    await press('Escape', {}, search);
    expect(root.querySelector('.popup')).toBeNull();
  });
});

describe('sending', () => {
  it('says what is to follow', async () => {
    const { type, button, settle, answers, events } = await setup();
    await type('Bye {{visitor.name}}');
    button('More ways to send').click();
    await settle();
    button('Send and close').click();
    await settle();
    expect(answers).toMatchObject([{ text: 'Bye Vera', after: { type: 'close' } }]);
    expect(events).not.toContain('send');
  });

  it('offers nothing that needs a text while there is none', async () => {
    const { button, settle } = await setup();
    button('More ways to send').click();
    await settle();
    expect(() => button('Send and close')).toThrow();
    expect(button('Enter sends')).toBeTruthy();
  });

  it('by Enter or by Enter with Ctrl or Command, as chosen', async () => {
    const { type, press, answers, composer, button, settle, events } = await setup();
    await type('One');
    await press('Enter');
    expect(answers).toHaveLength(1);
    button('More ways to send').click();
    await settle();
    button('Ctrl or ⌘').click();
    expect(events).toContain('send-key');
    composer.sendKey = 'mod-enter';
    await settle();
    const event = await press('Enter');
    expect(event.defaultPrevented).toBe(false);
    expect(answers).toHaveLength(1);
    await press('Enter', { ctrlKey: true });
    await press('Enter', { metaKey: true });
    expect(answers).toHaveLength(3);
  });

  it('has nothing to follow a note', async () => {
    const { button } = await setup({ tone: 'note', canFollow: false });
    expect(() => button('More ways to send')).toThrow();
  });

  it('empties the box once the text is taken', async () => {
    const { type, press, answers, composer } = await setup();
    await type('Hi {{visitor.name}}');
    await press('Enter');
    answers[0]?.accept();
    expect(composer.value).toBe('');
  });
});
