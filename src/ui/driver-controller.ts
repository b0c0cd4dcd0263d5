// The one place where an element's life and a driver's life are tied together.
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Driver } from '../core/driver.ts';

type Host = ReactiveControllerHost & { readonly isConnected: boolean };

/**
 * Opens a driver when every dependency is there, reopens it when one changes, renders the host on every change of
 * state, and stops the driver when the host leaves the page. A move within the page keeps it running.
 */
export class DriverController<D extends Driver<unknown>, A extends readonly unknown[] = readonly string[]>
  implements ReactiveController
{
  /** The running driver; null without all dependencies, after an error and off the page. */
  driver: D | null = null;
  /** What the factory threw, until a dependency changes. */
  error: unknown = null;
  /** Settles when what is to be opened later is. */
  ready: Promise<void> | null = null;

  readonly #host: Host;
  readonly #deps: () => { readonly [K in keyof A]: A[K] | null | undefined };
  readonly #open: (...deps: A) => D;
  readonly #later: boolean;
  #opened: readonly unknown[] | null = null;
  #unsubscribe: (() => void) | null = null;

  /**
   * Dependencies count as missing while null, undefined or empty, and are compared by identity. `later` opens in a
   * task of its own, so that the host shows first.
   */
  constructor(
    host: Host,
    deps: () => { readonly [K in keyof A]: A[K] | null | undefined },
    open: (...deps: A) => D,
    later = false,
  ) {
    this.#host = host;
    this.#deps = deps;
    this.#open = open;
    this.#later = later;
    host.addController(this);
  }

  hostConnected(): void {
    // The first update comes by itself; this is for a host that comes back after its driver was stopped.
    this.#host.requestUpdate();
  }

  hostDisconnected(): void {
    // A move within the page disconnects and connects in one task, not always in one call: only who is still away
    // has left.
    setTimeout(() => {
      if (!this.#host.isConnected) this.#close();
    });
  }

  hostUpdate(): void {
    if (!this.#host.isConnected) return;
    const deps = this.#deps() as readonly unknown[];
    if (this.#opened && sameItems(this.#opened, deps)) return;
    this.#close();
    this.#opened = deps;
    if (!deps.every(Boolean)) return;
    if (!this.#later) {
      this.#start(deps);
      return;
    }
    this.ready = new Promise((resolve) =>
      setTimeout(() => {
        if (this.#opened === deps && this.#host.isConnected) this.#start(deps);
        this.#host.requestUpdate();
        resolve();
      }),
    );
  }

  #start(deps: readonly unknown[]): void {
    try {
      const driver = this.#open(...(deps as unknown as A));
      this.driver = driver;
      this.#unsubscribe = driver.subscribe(() => this.#host.requestUpdate());
      driver.start();
    } catch (reason) {
      this.#stop();
      this.error = reason;
    }
  }

  #close(): void {
    this.#stop();
    this.#opened = null;
    this.error = null;
  }

  #stop(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = null;
    this.driver?.stop();
    this.driver = null;
  }
}

function sameItems(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((item, index) => Object.is(item, b[index]));
}
