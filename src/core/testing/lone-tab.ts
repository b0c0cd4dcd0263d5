import type { Tabs } from '../ports.ts';

/** A browser with one tab. */
export const loneTab: Tabs = {
  leads: true,
  enter: () => () => {},
  tell: () => {},
  claim: () => {},
};

/** A tab beside one that leads, whose words do not come. */
export const follower: Tabs = { ...loneTab, leads: false };
