// What this browser's tabs know of each other's word that their agent is here: the last one counts for the database.
import type { Clock, KeyValueStorage } from './ports.ts';

export class PresenceRecord {
  readonly #clock: Clock;
  readonly #storage: KeyValueStorage;
  readonly #key: string;
  readonly #tab: string;
  readonly #keptFor: number;

  /** `keptFor`: after how many ms without a word a tab counts as gone. */
  constructor(clock: Clock, storage: KeyValueStorage, key: string, keptFor: number) {
    this.#clock = clock;
    this.#storage = storage;
    this.#key = key;
    this.#keptFor = keptFor;
    this.#tab = clock.uuid();
  }

  note(viewing: string | null): void {
    this.#storage.set(this.#key, [this.#tab, this.#clock.now(), viewing ?? ''].join(' '));
  }

  /** What another tab that is alive shows, null where that is no conversation; undefined without such a tab. */
  elsewhere(): string | null | undefined {
    const [tab, at = '', viewing = ''] = (this.#storage.get(this.#key) ?? '').split(' ');
    const age = this.#clock.now() - Number(at);
    if (!tab || tab === this.#tab || !(age >= 0 && age < this.#keptFor)) return undefined;
    return viewing || null;
  }
}
