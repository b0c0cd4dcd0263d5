// One agent's place of work as a driver: the sign-in, and a desk for as long as somebody is signed in.
import type { AgentDesk } from '../core/agent-desk.ts';
import type { Driver } from '../core/driver.ts';
import type { AgentConnection } from '../core/ports.ts';

export interface WorkplaceState {
  readonly auth: AgentConnection['auth']['state'];
  readonly email: string | null;
  readonly desk: AgentDesk | null;
  /** Signed out, though nobody here asked for it. */
  readonly ended: boolean;
}

export class Workplace implements Driver<WorkplaceState> {
  readonly connection: AgentConnection;
  readonly #listeners = new Set<() => void>();
  #desk: AgentDesk | null = null;
  /** Whose desk it is: another sign-in needs another desk. */
  #deskOf: string | null = null;
  #leaving = false;
  #ended = false;
  #leaveAuth: (() => void) | null = null;
  #unsubscribe: (() => void) | null = null;

  constructor(connection: AgentConnection) {
    this.connection = connection;
  }

  get state(): WorkplaceState {
    const { state, email } = this.connection.auth;
    return { auth: state, email, desk: this.#desk, ended: this.#ended };
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  start(): void {
    this.#leaveAuth = this.connection.auth.subscribe(() => this.#followAuth());
    this.#followAuth();
  }

  stop(): void {
    this.#leaveAuth?.();
    this.#leaveAuth = null;
    this.#leaveDesk();
    this.connection.close();
  }

  /** Rejects with the ChatError that says why not. */
  signIn(email: string, password: string): Promise<void> {
    return this.connection.auth.signIn(email, password);
  }

  signOut(): Promise<void> {
    return this.#leave(() => this.connection.auth.signOut());
  }

  /** Here and on every other device. */
  signOutEverywhere(): Promise<void> {
    return this.#leave(async () => this.connection.auth.account?.signOutEverywhere());
  }

  async #leave(command: () => Promise<void>): Promise<void> {
    this.#leaving = true;
    try {
      await this.#desk?.leave();
      await command();
    } finally {
      this.#leaving = false;
    }
  }

  #followAuth(): void {
    const { state, email } = this.connection.auth;
    if (state !== 'signed-in') {
      this.#ended = this.#desk !== null && !this.#leaving;
      this.#leaveDesk();
    } else if (!this.#desk || this.#deskOf !== email) {
      this.#leaveDesk();
      const desk = this.connection.openDesk();
      this.#desk = desk;
      this.#deskOf = email;
      this.#ended = false;
      this.#unsubscribe = desk.subscribe(() => this.#notify());
      desk.start();
    }
    this.#notify();
  }

  #leaveDesk(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = null;
    this.#desk?.stop();
    this.#desk = null;
    this.#deskOf = null;
  }

  #notify(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}
