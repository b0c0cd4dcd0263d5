import type { PageInfo } from '../model.ts';
import type { KeyValueStorage, PageEnvironment } from '../ports.ts';

/** What the tabs of one browser share: strings, and word of each other's changes. */
export class FakeDisk {
  readonly values = new Map<string, string>();
  readonly #tabs = new Set<FakeStorage>();
  /** Brings word to the other tabs: at once, unless a test has it come later or never. */
  bring = (deliver: () => void): void => deliver();

  attach(tab: FakeStorage): void {
    this.#tabs.add(tab);
  }

  detach(tab: FakeStorage): void {
    this.#tabs.delete(tab);
  }

  tell(from: FakeStorage | null, key: string | null, value: string | null): void {
    for (const tab of this.#tabs) {
      if (tab !== from) this.bring(() => tab.hear(key, value));
    }
  }

  /** Somebody clears the site's data. */
  wipe(): void {
    this.values.clear();
    this.tell(null, null, null);
  }
}

/** One tab's view of the storage; counts what is written. What the disk refuses is held in memory. */
export class FakeStorage implements KeyValueStorage {
  readonly disk: FakeDisk;
  readonly #memory = new Map<string, string | null>();
  readonly #watchers = new Set<(key: string | null, value: string | null) => void>();
  writes = 0;
  /** Blocked or full: nothing is written, and nothing goes away. */
  refuses = false;

  constructor(disk = new FakeDisk()) {
    this.disk = disk;
    disk.attach(this);
  }

  /** What is on the disk. */
  get values(): Map<string, string> {
    return this.disk.values;
  }

  get(key: string): string | null {
    const held = this.#memory.get(key);
    return held === undefined ? (this.disk.values.get(key) ?? null) : held;
  }

  set(key: string, value: string): boolean {
    this.writes += 1;
    if (this.refuses) {
      this.#memory.set(key, value);
      return false;
    }
    this.#memory.delete(key);
    if (this.disk.values.get(key) === value) return true;
    this.disk.values.set(key, value);
    this.disk.tell(this, key, value);
    return true;
  }

  remove(key: string): void {
    this.writes += 1;
    this.#memory.delete(key);
    if (this.refuses) {
      this.#memory.set(key, null);
      return;
    }
    if (this.disk.values.delete(key)) this.disk.tell(this, key, null);
  }

  keys(prefix: string): readonly string[] {
    const keys = new Set([...this.disk.values.keys(), ...this.#memory.keys()]);
    return [...keys].filter((key) => key.startsWith(prefix) && this.get(key) !== null);
  }

  watch(prefix: string, listener: (key: string | null, value: string | null) => void): () => void {
    const watcher = (key: string | null, value: string | null) => {
      if (key === null || key.startsWith(prefix)) listener(key, value);
    };
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  hear(key: string | null, value: string | null): void {
    for (const watcher of [...this.#watchers]) watcher(key, value);
  }
}

/** A page that is shown, hidden and cut off at will. */
export class FakeEnvironment implements PageEnvironment {
  readonly #wake = new Set<() => void>();
  readonly #change = new Set<() => void>();
  readonly #navigate = new Set<() => void>();
  readonly #leave = new Set<() => void>();
  #visible = true;
  #online = true;

  isVisible(): boolean {
    return this.#visible;
  }

  isOnline(): boolean {
    return this.#online;
  }

  page(): PageInfo {
    return { url: 'https://shop.example/cart', title: 'Cart', referrer: '', locale: 'en' };
  }

  onWake(listener: () => void): () => void {
    this.#wake.add(listener);
    return () => this.#wake.delete(listener);
  }

  onChange(listener: () => void): () => void {
    this.#change.add(listener);
    return () => this.#change.delete(listener);
  }

  onNavigate(listener: () => void): () => void {
    this.#navigate.add(listener);
    return () => this.#navigate.delete(listener);
  }

  onLeave(listener: () => void): () => void {
    this.#leave.add(listener);
    return () => this.#leave.delete(listener);
  }

  get listeners(): number {
    return this.#wake.size + this.#change.size + this.#navigate.size + this.#leave.size;
  }

  navigate(): void {
    call(this.#navigate);
  }

  leave(): void {
    call(this.#leave);
  }

  wake(): void {
    call(this.#wake);
  }

  setVisible(visible: boolean): void {
    this.#visible = visible;
    call(this.#change);
    if (visible) this.wake();
  }

  setOnline(online: boolean): void {
    this.#online = online;
    call(this.#change);
    if (online) this.wake();
  }
}

/** As browsers do: whoever is removed by an earlier one is not called any more. */
function call(listeners: ReadonlySet<() => void>): void {
  for (const listener of [...listeners]) if (listeners.has(listener)) listener();
}
