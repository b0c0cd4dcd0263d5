interface Entry {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/** Time in which things happen one after the other, each when it is due. */
export class VirtualTime {
  /** In ms. */
  now = Date.parse('2026-11-23T10:00:00Z');
  /** Called when everything that follows from one event has happened. */
  onSettled: () => void = () => {};
  #entries: Entry[] = [];
  #order = 0;

  at(moment: number, run: () => void): void {
    this.#order += 1;
    this.#entries.push({ at: Math.max(moment, this.now), order: this.#order, run });
  }

  after(ms: number, run: () => void): void {
    this.at(this.now + ms, run);
  }

  /** Lets `ms` pass, with everything that follows from what happens meanwhile. */
  async pass(ms: number): Promise<void> {
    const end = this.now + ms;
    await this.#settle();
    for (let entry = this.#take(end); entry; entry = this.#take(end)) {
      this.now = entry.at;
      entry.run();
      await this.#settle();
    }
    this.now = end;
  }

  async #settle(): Promise<void> {
    // Deeper than any chain of promises that waits for nothing.
    for (let turn = 0; turn < 24; turn += 1) await Promise.resolve();
    this.onSettled();
  }

  #take(end: number): Entry | undefined {
    let first = -1;
    for (let index = 0; index < this.#entries.length; index += 1) {
      const [entry, best] = [this.#entries[index]!, this.#entries[first]];
      if (!best || entry.at < best.at || (entry.at === best.at && entry.order < best.order)) first = index;
    }
    const entry = this.#entries[first];
    if (!entry || entry.at > end) return undefined;
    this.#entries[first] = this.#entries.at(-1)!;
    this.#entries.pop();
    return entry;
  }
}
