import { describe, expect, it } from 'vitest';
import { deskSettings, deskVisitor, me } from '../core/testing/samples.ts';
import { fillVariables, firstVariable, plainText, splitVariables, variablesOf } from './canned-variables.ts';

const visitor = {
  ...deskVisitor,
  name: 'Vera Lind',
  email: '',
  attributes: { plan: 'pro', orders: 3, phone: null },
};
const variables = variablesOf(me, deskSettings, visitor);

describe('variables in saved answers', () => {
  it.each([
    ['Hi {{visitor.name}}!', 'Hi Vera Lind!'],
    ['Hi {{ visitor.first_name }}', 'Hi Vera'],
    ['{{Visitor.Name}}', 'Vera Lind'],
    ['I am {{agent.name}} of {{team.name}}', 'I am Ada of Team'],
    ['You have {{attribute.orders}} orders on {{attribute.plan}}', 'You have 3 orders on pro'],
    ['{visitor.name} and {{ }} stay', '{visitor.name} and {{ }} stay'],
  ])('%s becomes %s', (text, filled) => {
    expect(fillVariables(text, variables)).toEqual({ text: filled, empty: [], unknown: [] });
  });

  it('leaves what is empty or unknown in the text, and names it once', () => {
    const text =
      'To {{visitor.email}}, {{visitor.email}}, {{attribute.phone}}, {{attribute.city}}, {{visitor.nmae}}';
    expect(fillVariables(text, variables)).toEqual({
      text,
      empty: ['visitor.email', 'attribute.phone', 'attribute.city'],
      unknown: ['visitor.nmae'],
    });
  });

  it('takes no visitor’s name for a variable', () => {
    const named = variablesOf(me, deskSettings, { ...visitor, name: '{{agent.name}} $& $1' });
    const once = fillVariables('Hi {{visitor.name}}, {{{visitor.name}}}', named).text;
    const twice = fillVariables(once, named);
    expect([twice.empty, twice.unknown, firstVariable(once)]).toEqual([[], [], null]);
    expect(plainText(twice.text)).toBe('Hi {{agent.name}} $& $1, {{{agent.name}} $& $1}');
  });

  it('finds what is left to fill in', () => {
    expect(firstVariable('Hi {{a.b}} and {{c}}')).toEqual({ start: 3, end: 10 });
    expect(firstVariable('Hi')).toBeNull();
    expect(splitVariables('Hi {{a.b}}!')).toEqual(['Hi ', '{{a.b}}', '!']);
  });

  it('knows no attributes before the visitor is loaded', () => {
    const { id, name, email, verified } = visitor;
    expect([...variablesOf(null, null, { id, name, email, verified }).values()]).toEqual([
      'Vera Lind',
      'Vera',
      '',
      '',
      '',
      '',
    ]);
  });
});
