import { setTimeout as sleep } from 'node:timers/promises';

/** What the Realtime endpoint lets a test do to it. */
export interface RealtimeControls {
  /** Cuts every connection without a word: clients see close code 1006. Returns how many. */
  cut(): number;
  /** Closes every connection in good order, as a server does that is being restarted. */
  close(code: number): number;
  /** Ends every channel with a system error, as for rate limits and expired tokens. */
  endChannels(message: string): number;
}

interface Counted {
  left: number;
}

/**
 * Misbehaviour to order, for tests. Everything is off at first; `reset()` turns everything off again.
 * Counts say how often something happens before it stops by itself; `Infinity` means until `reset()`.
 */
export class Faults {
  /** Milliseconds before each broadcast goes out. */
  eventDelay = 0;
  /** Milliseconds before each function call is looked at. */
  rpcDelay = 0;
  /** Milliseconds until a channel hears that replication is ready, if it asked. */
  replicationDelay = 0;
  /** Share of broadcasts that get lost at random, 0 to 1. */
  eventLoss = 0;
  /** Upgrades to WebSocket are answered with this HTTP status. */
  refuseSockets: number | null = null;
  /** Connections stay open, but nothing arrives on either side any more: a half-open line. */
  silent = false;

  #lostEvents: Counted = { left: 0 };
  #refusedJoins: Counted & { reason: string } = { left: 0, reason: '' };
  #failures: (Counted & { status: number; name: string | null })[] = [];
  #lostAnswers: (Counted & { name: string | null })[] = [];
  #realtime: RealtimeControls | null = null;

  /** The next broadcasts, counted once for all receivers, are never sent. */
  loseEvents(count = 1): void {
    this.#lostEvents = { left: count };
  }

  /** The next joins are refused with this reason, after the usual delay. */
  refuseJoins(count = 1, reason = 'Unknown Error on Channel'): void {
    this.#refusedJoins = { left: count, reason };
  }

  /** The next calls (of one function, if named) are answered with a 5xx, and do nothing. */
  failCalls({ count = 1, status = 503, name = null as string | null } = {}): void {
    this.#failures.push({ left: count, status, name });
  }

  /** The next calls (of one function, if named) commit, and then the connection breaks. */
  loseAnswers({ count = 1, name = null as string | null } = {}): void {
    this.#lostAnswers.push({ left: count, name });
  }

  /** Cuts every WebSocket; clients may come back at once. */
  dropSockets(): number {
    return this.#realtime?.cut() ?? 0;
  }

  /** Closes every WebSocket with a code, by default that of a restart. */
  closeSockets(code = 1012): number {
    return this.#realtime?.close(code) ?? 0;
  }

  /** Ends every channel for good: system error, then `phx_close`. The sockets stay. */
  endChannels(message = 'Too many messages per second'): number {
    return this.#realtime?.endChannels(message) ?? 0;
  }

  /** Realtime is gone: every socket is cut and none is let in, until `comeBack()`. */
  goAway(status = 503): void {
    this.refuseSockets = status;
    this.dropSockets();
  }

  comeBack(): void {
    this.refuseSockets = null;
  }

  reset(): void {
    this.eventDelay = 0;
    this.rpcDelay = 0;
    this.replicationDelay = 0;
    this.eventLoss = 0;
    this.refuseSockets = null;
    this.silent = false;
    this.#lostEvents = { left: 0 };
    this.#refusedJoins = { left: 0, reason: '' };
    this.#failures = [];
    this.#lostAnswers = [];
  }

  /** Called by the endpoint that is to misbehave. */
  attach(realtime: RealtimeControls): void {
    this.#realtime = realtime;
  }

  async delayed(milliseconds: number): Promise<void> {
    if (milliseconds > 0) await sleep(milliseconds);
  }

  takeLostEvent(): boolean {
    return take(this.#lostEvents) || Math.random() < this.eventLoss;
  }

  takeRefusedJoin(): string | null {
    return take(this.#refusedJoins) ? this.#refusedJoins.reason : null;
  }

  takeRpcFailure(name: string): number | null {
    const failure = this.#failures.find((one) => one.left > 0 && (one.name ?? name) === name);
    return failure && take(failure) ? failure.status : null;
  }

  takeLostAnswer(name: string): boolean {
    const lost = this.#lostAnswers.find((one) => one.left > 0 && (one.name ?? name) === name);
    return lost !== undefined && take(lost);
  }
}

function take(counted: Counted): boolean {
  if (counted.left <= 0) return false;
  counted.left -= 1;
  return true;
}
