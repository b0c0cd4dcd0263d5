import type { Clock, PageEnvironment, TabMember, Tabs } from '../core/ports.ts';
import { Timer } from '../core/timer.ts';

/** What of the Web Locks is used. */
interface Locks {
  request(name: string, options: LockOptions, held: () => Promise<void>): Promise<void>;
}

/** What of a BroadcastChannel is used. */
interface Channel {
  onmessage: ((event: MessageEvent) => void) | null;
  postMessage(message: unknown): void;
  close(): void;
}

export interface TabsOptions {
  readonly environment: PageEnvironment;
  readonly clock: Clock;
  /** Null where there are none, as on pages without https: each tab leads for itself then. */
  readonly locks?: Locks | null;
  readonly openChannel?: (name: string) => Channel;
}

/** How long a leader may take to say that it is there. */
const PATIENCE = 1_000;

/** The question is for the leader, the answers are from it: it says them unasked when they change. */
type Note = 'are you there?' | 'visible' | 'hidden';

/** The tabs that use the same `name`, which takes one lock and one channel, and both only while it takes part. */
export function createTabs(name: string, options: TabsOptions): Tabs {
  const locks = options.locks === undefined ? findLocks() : options.locks;
  return locks ? new LockedTabs(name, { ...options, locks }) : LONE_TAB;
}

function findLocks(): Locks | null {
  return typeof BroadcastChannel === 'function' ? (navigator.locks ?? null) : null;
}

/** Nobody to agree with. */
const LONE_TAB: Tabs = { leads: true, enter: () => () => {}, tell: () => {}, claim: () => {} };

/**
 * The leader is who holds the lock. The browser hands it on when a tab is closed or crashes; a visible tab takes it
 * from one that is hidden, because browsers slow hidden pages down, or freeze them with the lock in their hands.
 */
class LockedTabs implements Tabs {
  readonly #name: string;
  readonly #options: TabsOptions & { readonly locks: Locks };
  readonly #members = new Set<TabMember>();
  #channel: Channel | null = null;
  /** Ends the hold on the lock, or the wait for it. */
  #release: (() => void) | null = null;
  #leads = false;
  /** Grows when the lock is asked for anew; an older request has nothing to say any more. */
  #requests = 0;
  readonly #patience: Timer;
  #undo: (() => void)[] = [];

  constructor(name: string, options: TabsOptions & { readonly locks: Locks }) {
    this.#name = name;
    this.#options = options;
    this.#patience = new Timer(options.clock);
  }

  get leads(): boolean {
    return this.#leads;
  }

  enter(member: TabMember): () => void {
    this.#members.add(member);
    if (this.#members.size === 1) this.#begin();
    return () => {
      if (this.#members.delete(member) && this.#members.size === 0) this.#end();
    };
  }

  tell(message: unknown): void {
    this.#channel?.postMessage({ message });
  }

  claim(): void {
    if (this.#leads || !this.#channel || this.#patience.isSet) return;
    if (!this.#options.environment.isVisible()) return;
    this.#note('are you there?');
    this.#patience.set(PATIENCE, () => this.#takeOver());
  }

  #enterGroup(): void {
    const { openChannel = (name) => new BroadcastChannel(name) } = this.#options;
    const channel: Channel = openChannel(this.#name);
    channel.onmessage = ({ data }) => this.#hear(data);
    this.#channel = channel;
    this.#request({});
    this.claim();
  }

  #leaveGroup(): void {
    this.#patience.cancel();
    this.#requests += 1;
    this.#release?.();
    this.#release = null;
    this.#channel?.close();
    this.#channel = null;
    this.#setLeads(false);
  }

  #begin(): void {
    const { environment } = this.#options;
    this.#undo = [
      environment.onChange(() => this.#visibilityChanged()),
      // Whoever holds a lock stays out of the back-forward cache.
      environment.onLeave(() => this.#leaveGroup()),
      environment.onWake(() => {
        if (this.#channel) this.claim();
        else this.#enterGroup();
      }),
    ];
    this.#enterGroup();
  }

  #end(): void {
    for (const undo of this.#undo) undo();
    this.#undo = [];
    this.#leaveGroup();
  }

  /** Waits for the lock, or takes it from whoever has it. Who is robbed waits again. */
  #request(how: { readonly steal?: true }): void {
    this.#requests += 1;
    const request = this.#requests;
    this.#release?.();
    const abort = new AbortController();
    let letGo = (): void => {};
    const held = new Promise<void>((resolve) => (letGo = resolve));
    this.#release = () => {
      letGo();
      abort.abort();
    };
    let granted = false;
    const hold = async () => {
      if (request !== this.#requests) return;
      granted = true;
      this.#setLeads(true);
      await held;
    };
    this.#options.locks.request(this.#name, how.steal ? how : { signal: abort.signal }, hold).catch(() => {
      if (request !== this.#requests) return;
      this.#setLeads(!granted);
      // Never granted: locks are refused here altogether, as in a sandboxed frame.
      if (granted) this.#request({});
    });
  }

  #takeOver(): void {
    if (!this.#leads && this.#channel && this.#options.environment.isVisible())
      this.#request({ steal: true });
  }

  #setLeads(leads: boolean): void {
    if (this.#leads === leads) return;
    this.#leads = leads;
    this.#patience.cancel();
    if (leads) this.#sayVisibility();
    for (const member of [...this.#members]) member.onLead();
  }

  #visibilityChanged(): void {
    if (this.#leads) this.#sayVisibility();
    else this.claim();
  }

  #hear(data: unknown): void {
    const { note, message } = Object(data);
    this.#hearNote(note);
    if (message !== undefined) for (const member of [...this.#members]) member.onMessage(message);
  }

  #hearNote(note: unknown): void {
    if (note === 'are you there?' && this.#leads) this.#sayVisibility();
    if (note === 'visible' || note === 'hidden') this.#patience.cancel();
    if (note === 'hidden') this.#takeOver();
  }

  #sayVisibility(): void {
    this.#note(this.#options.environment.isVisible() ? 'visible' : 'hidden');
  }

  #note(note: Note): void {
    this.#channel?.postMessage({ note });
  }
}
