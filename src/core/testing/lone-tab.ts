import type { Tabs } from '../ports.ts';

/** A browser with one tab. */
export const loneTab: Tabs = {
  leads: true,
  enter: () => () => {},
  tell: () => {},
  claim: () => {},
};
