import type { Channel } from './realtime-channel.ts';
import { RateCounter, type RealtimeLimits } from './realtime-limits.ts';

/** A broadcast on its way to whoever listens. */
export interface Outgoing {
  /** As on the wire, with the prefix. */
  readonly topic: string;
  readonly isPrivate: boolean;
  /** Of the stored row, if there is one. */
  readonly id: string | null;
  readonly frame: string | Buffer;
}

/** A connection as the hub sees it. */
export interface Receiver {
  /** The connection's channel that may hear a broadcast. */
  listener(broadcast: Outgoing): Channel | null;
  send(frame: string | Buffer): void;
}

/** Fans broadcasts out and counts them: one for the sending, one more for each who hears it. */
export class Hub<Socket extends Receiver> {
  readonly sockets = new Set<Socket>();
  readonly events: RateCounter;

  constructor(limits: RealtimeLimits, rateInterval: number) {
    this.events = new RateCounter(limits.eventsPerSecond, { intervalMs: rateInterval });
  }

  /** Over the limit, hearing a broadcast is the last that a channel does. */
  publish(broadcast: Outgoing, sender: Channel | null = null): void {
    this.events.add(1);
    for (const socket of [...this.sockets]) {
      const channel = socket.listener(broadcast);
      if (!channel || channel === sender) continue;
      this.events.add(1);
      socket.send(broadcast.frame);
      if (this.events.exceeded) channel.end('Too many messages per second');
    }
  }
}
