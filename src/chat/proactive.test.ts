import { expect, test } from 'vitest';
import { fitsAddress } from './proactive.ts';

const at = (address: string) => new URL(address) as unknown as Location;

test.each([
  ['/pricing', 'https://shop.example/pricing', true],
  ['/pricing', 'https://shop.example/pricing/pro', false],
  ['/pricing', 'https://shop.example/pricing?from=ad', true],
  ['/pricing*', 'https://shop.example/pricing/pro', true],
  ['/a.b', 'https://shop.example/axb', false],
  ['/(a)+[b]', 'https://shop.example/(a)+[b]', true],
  ['/cart, /pricing', 'https://shop.example/pricing', true],
  ['https://shop.example/*', 'https://shop.example/cart', true],
  ['https://other.example/*', 'https://shop.example/cart', false],
  ['/*#help', 'https://shop.example/cart#help', true],
  ['/plans?from=*', 'https://shop.example/plans?from=mail', true],
  ['*', 'https://shop.example/', true],
  ['', 'https://shop.example/', false],
])('%j fits %s: %j', (pattern, address, fits) => {
  expect(fitsAddress(pattern, at(address))).toBe(fits);
});

test('an address on which a pattern fits in many ways takes no time', () => {
  const address = at(`https://shop.example/${'a'.repeat(2_000)}`);
  expect(fitsAddress(`/${'a*'.repeat(6)}b`, address)).toBe(false);
});
