// @vitest-environment happy-dom
import { html, LitElement } from 'lit';
import { afterEach, describe, expect, it } from 'vitest';
import type { Driver } from '../core/driver.ts';
import { define } from './define.ts';
import { DriverController } from './driver-controller.ts';

class Counter implements Driver<{ readonly count: number }> {
  static readonly all: Counter[] = [];
  state = { count: 0 };
  readonly listeners = new Set<() => void>();
  running = false;
  readonly name: string;

  constructor(name: string) {
    this.name = name;
    Counter.all.push(this);
  }
  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
  start(): void {
    this.running = true;
  }
  stop(): void {
    this.running = false;
  }
  count(count: number): void {
    this.state = { count };
    for (const listener of this.listeners) listener();
  }
}

class CounterHost extends LitElement {
  name: string | null = 'a';
  readonly connector = new DriverController<Counter>(
    this,
    () => [this.name],
    (name) => {
      if (name === 'bad') throw new Error('bad name');
      return new Counter(name);
    },
  );
  override render() {
    return html`${this.connector.driver?.state.count ?? 'none'}`;
  }
}
define('counter-host', CounterHost);

class PatientHost extends LitElement {
  readonly connector = new DriverController<Counter>(
    this,
    () => ['a'],
    (name) => new Counter(name),
    true,
  );
  override render() {
    return html`${this.connector.driver?.state.count ?? 'none'}`;
  }
}
define('patient-host', PatientHost);

async function added(name: string | null = 'a'): Promise<CounterHost> {
  const host = document.createElement('counter-host') as CounterHost;
  host.name = name;
  document.body.append(host);
  await host.updateComplete;
  return host;
}

async function rename(host: CounterHost, name: string | null): Promise<void> {
  host.name = name;
  host.requestUpdate();
  await host.updateComplete;
}

const task = () => new Promise((resolve) => setTimeout(resolve));
const running = () => Counter.all.filter((driver) => driver.running || driver.listeners.size > 0);

afterEach(async () => {
  document.body.replaceChildren();
  await task();
  Counter.all.length = 0;
});

describe('DriverController', () => {
  it('starts a driver once everything it depends on is there', async () => {
    const host = await added(null);
    expect(Counter.all).toHaveLength(0);
    await rename(host, 'a');
    expect(Counter.all[0]).toMatchObject({ name: 'a', running: true });
  });

  it('renders the host when the state changes', async () => {
    const host = await added();
    Counter.all[0]!.count(5);
    await host.updateComplete;
    expect(host.renderRoot.textContent).toBe('5');
  });

  it('stops the old driver when a dependency changes', async () => {
    const host = await added();
    await rename(host, 'b');
    expect(Counter.all.map(({ name, running }) => [name, running])).toEqual([
      ['a', false],
      ['b', true],
    ]);
    expect(Counter.all[0]!.listeners.size).toBe(0);
  });

  it('keeps the driver through a move within the page', async () => {
    const host = await added();
    const other = document.createElement('div');
    document.body.append(other);
    other.append(host);
    await host.updateComplete;
    expect(Counter.all).toHaveLength(1);
    expect(Counter.all[0]!.running).toBe(true);
  });

  it('keeps the driver where the host is away for less than a task', async () => {
    const host = await added();
    host.remove();
    await host.updateComplete;
    await Promise.resolve();
    document.body.append(host);
    await task();
    expect(Counter.all).toHaveLength(1);
    expect(Counter.all[0]!.running).toBe(true);
  });

  it('stops when the host leaves and starts anew when it comes back', async () => {
    const host = await added();
    host.remove();
    await task();
    expect(running()).toHaveLength(0);
    document.body.append(host);
    await host.updateComplete;
    expect(running()).toHaveLength(1);
    expect(host.connector.driver).toBe(Counter.all[1]);
  });

  it('holds what the factory threw until a dependency changes', async () => {
    const host = await added('bad');
    expect(host.connector.error).toMatchObject({ message: 'bad name' });
    await rename(host, 'good');
    expect(host.connector.error).toBeNull();
    expect(host.connector.driver?.name).toBe('good');
  });

  it('shows the host first where it may open later', async () => {
    const host = document.createElement('patient-host') as PatientHost;
    document.body.append(host);
    await host.updateComplete;
    expect(host.shadowRoot?.textContent).toBe('none');
    await host.connector.ready;
    await host.updateComplete;
    expect(host.shadowRoot?.textContent).toBe('0');
  });

  it('opens nothing later for a host that has gone', async () => {
    const host = document.createElement('patient-host') as PatientHost;
    document.body.append(host);
    await host.updateComplete;
    host.remove();
    await host.connector.ready;
    expect(Counter.all).toHaveLength(0);
  });

  it('leaves nothing behind after a hundred comings and goings', async () => {
    for (let round = 0; round < 100; round++) (await added()).remove();
    await task();
    expect(Counter.all).toHaveLength(100);
    expect(running()).toHaveLength(0);
  });
});
