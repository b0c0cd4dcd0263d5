import { WebSocket } from 'ws';
import { createClock } from '../src/browser/clock.ts';
import type { AgentDesk } from '../src/core/agent-desk.ts';
import type { Connection } from '../src/core/driver.ts';
import { FakeEnvironment, FakeStorage } from '../src/core/testing/fake-browser.ts';
import { loneTab } from '../src/core/testing/lone-tab.ts';
import { connectAgent } from '../src/transport/connect-agent.ts';
import type { LiveChannelOptions } from '../src/transport/live-channel.ts';
import type { Backend } from './backend.ts';
import { expect } from './fixtures.ts';

export const PASSWORD = 'a-long-password';

/** An agent at work without a browser: the dashboard's own driver, over the network. */
export interface Colleague {
  readonly desk: AgentDesk;
  /** Every message heard of. */
  readonly heard: string[];
  /** How the connection looked since it stood. */
  readonly connections: Set<Connection>;
}

/** So many new agents. `leave` stops those at work and removes all. */
export class Team {
  readonly emails: readonly string[];
  readonly #backend: Backend;
  readonly #undo: (() => void)[] = [];

  private constructor(backend: Backend, emails: readonly string[]) {
    this.#backend = backend;
    this.emails = emails;
  }

  static async hire(backend: Backend, count: number): Promise<Team> {
    const team = Date.now();
    const emails = Array.from({ length: count }, (_, index) => `colleague-${team}-${index}@example.com`);
    for (const [index, email] of emails.entries()) {
      await backend.signUp(email, PASSWORD);
      await backend.database.query('select support_chat.make_agent($1, $2)', [email, `Colleague ${index}`]);
    }
    return new Team(backend, emails);
  }

  async work(email: string): Promise<Colleague> {
    const { url, publishableKey: key } = this.#backend;
    const connection = connectAgent(
      { url, key, transport: WebSocket as unknown as NonNullable<LiveChannelOptions<never>['transport']> },
      {
        storage: new FakeStorage(),
        environment: new FakeEnvironment(),
        clock: createClock(),
        openTabs: () => loneTab,
      },
    );
    this.#undo.push(() => connection.close());
    await connection.auth.signIn(email, PASSWORD);
    const desk = connection.openDesk();
    this.#undo.push(() => desk.stop());
    const colleague: Colleague = { desk, heard: [], connections: new Set() };
    desk.onEvent((event) => colleague.heard.push(event.text));
    desk.start();
    await expect.poll(() => desk.state.connection, { timeout: 20_000 }).toBe('live');
    desk.subscribe(() => colleague.connections.add(desk.state.connection));
    return colleague;
  }

  async dismiss(email: string): Promise<void> {
    await this.#backend.database.query(
      `update support_chat.agents a set active = false from auth.users u where u.id = a.user_id and u.email = $1`,
      [email],
    );
  }

  async leave(): Promise<void> {
    for (const undo of this.#undo.splice(0).reverse()) undo();
    for (const email of this.emails) {
      await this.#backend.database.query(
        'delete from support_chat.agents a using auth.users u where u.id = a.user_id and u.email = $1',
        [email],
      );
    }
  }
}
