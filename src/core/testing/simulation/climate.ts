import type { Chance } from './chance.ts';

/** How bad the weather is in one world: shares of what goes wrong, and which steps are taken at all. */
export interface Climate {
  readonly requests: {
    /** Never arrives. */
    readonly lost: number;
    /** Arrives, and its answer does not. */
    readonly unanswered: number;
    readonly limited: number;
    readonly failing: number;
    /** Takes so long that it is given up, and arrives all the same. */
    readonly stuck: number;
    /** Slowest usual way, in ms. */
    readonly slowest: number;
  };
  readonly events: {
    readonly lost: number;
    readonly doubled: number;
    readonly late: number;
    readonly slowest: number;
  };
  readonly sockets: { readonly refused: number; readonly hanging: number; readonly notJoined: number };
  /** How late timers of hidden pages may be, in ms. */
  readonly throttle: number;
  /** How long a word between pages of a browser takes at most, in ms. */
  readonly slowestHop: number;
  /** Mean time between two steps, in ms. */
  readonly pace: number;
}

export const CALM: Pick<Climate, 'requests' | 'events' | 'sockets' | 'slowestHop'> = {
  requests: { lost: 0, unanswered: 0, limited: 0, failing: 0, stuck: 0, slowest: 40 },
  events: { lost: 0, doubled: 0, late: 0, slowest: 40 },
  sockets: { refused: 0, hanging: 0, notJoined: 0 },
  slowestHop: 5,
};

export function climateOf(chance: Chance): Climate {
  /** In most worlds some things never go wrong, so that the others have room. */
  const share = (worst: number) => (chance.happens(0.4) ? 0 : chance.between(0, worst));
  return {
    requests: {
      lost: share(0.25),
      unanswered: share(0.25),
      limited: share(0.1),
      failing: share(0.15),
      stuck: share(0.06),
      slowest: chance.happens(0.5) ? 200 : 2_000,
    },
    events: {
      lost: share(0.5),
      doubled: share(0.3),
      late: share(0.3),
      slowest: chance.happens(0.5) ? 100 : 1_000,
    },
    sockets: { refused: share(0.5), hanging: share(0.2), notJoined: share(0.2) },
    throttle: chance.happens(0.7) ? 1_000 : 60_000,
    slowestHop: chance.happens(0.7) ? 5 : 150,
    pace: chance.pick([150, 700, 3_000]) ?? 700,
  };
}
