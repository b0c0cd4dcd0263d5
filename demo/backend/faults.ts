import { setTimeout as sleep } from 'node:timers/promises';

/** What the Realtime endpoint lets a test do to it. */
export interface RealtimeControls {
  /** Cuts every connection without a word: clients see close code 1006. Returns how many. */
  cut(): number;
  /** Closes every connection in good order, as a server does that is being restarted. */
  close(code: number): number;
  /** Says so on every channel, and closes every connection then. */
  disconnect(): number;
  /** Ends every channel with a system error, as for rate limits and expired tokens. */
  endChannels(message: string): number;
  /** Ends every channel the way a crash does, which clients try to undo. */
  crashChannels(): number;
}

interface Counted {
  left: number;
}

/**
 * Misbehaviour to order, for tests. Everything is off at first; `reset()` turns everything off again, and
 * sends what waits to be overtaken. Events are broadcasts from the database, counted once for all receivers.
 * Counts say how often something happens before it stops by itself; `Infinity` means until `reset()`.
 */
export class Faults {
  /** Milliseconds before each broadcast goes out. */
  eventDelay = 0;
  /** Milliseconds before each function call is looked at. */
  rpcDelay = 0;
  /** Milliseconds until a channel hears that replication is ready, if it asked; `Infinity` is never. */
  replicationDelay = 0;
  /** Share of broadcasts that get lost at random, 0 to 1. */
  eventLoss = 0;
  /**
   * Upgrades to WebSocket are answered with this HTTP status. Of 403 (Realtime is off), 404 (no such
   * project), 429 (too many users) and 500 the platform's own words come, after its delay.
   */
  refuseSockets: number | null = null;
  /** Connections stay open, but nothing arrives on either side any more: a half-open line. */
  silent = false;

  #lostEvents: Counted = { left: 0 };
  #doubledEvents: Counted = { left: 0 };
  #swappedEvents: Counted = { left: 0 };
  #overtaken: (() => void) | null = null;
  #refusedJoins: Counted & { reason: string } = { left: 0, reason: '' };
  #failures: (Counted & { status: number; name: string | null })[] = [];
  #lostAnswers: (Counted & { name: string | null })[] = [];
  #realtime: RealtimeControls | null = null;

  /** The next broadcasts are never sent. */
  loseEvents(count = 1): void {
    this.#lostEvents = { left: count };
  }

  /** The next broadcasts are sent twice. The platform never does that; a client gets along with it. */
  doubleEvents(count = 1): void {
    this.#doubledEvents = { left: count };
  }

  /** The next broadcasts let the one after them overtake. The platform never does that either. */
  swapEvents(count = 1): void {
    this.#swappedEvents = { left: count };
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

  /** Closes every WebSocket as the platform does when a setting of the project has changed. */
  disconnectSockets(): number {
    return this.#realtime?.disconnect() ?? 0;
  }

  /** Ends every channel for good: system error, then `phx_close`. The sockets stay. */
  endChannels(message = 'Too many messages per second'): number {
    return this.#realtime?.endChannels(message) ?? 0;
  }

  /** Ends every channel with `phx_error`: clients join again. The sockets stay. */
  crashChannels(): number {
    return this.#realtime?.crashChannels() ?? 0;
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
    this.#doubledEvents = { left: 0 };
    this.#swappedEvents = { left: 0 };
    this.#overtaken?.();
    this.#overtaken = null;
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

  /** What is to be sent now, in this order: nothing while a broadcast waits to be overtaken. */
  arrange(send: () => void): (() => void)[] {
    const overtaken = this.#overtaken;
    if (!overtaken && take(this.#swappedEvents)) {
      this.#overtaken = send;
      return [];
    }
    this.#overtaken = null;
    const sends = overtaken ? [send, overtaken] : [send];
    return take(this.#doubledEvents) ? sends.flatMap((one) => [one, one]) : sends;
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
