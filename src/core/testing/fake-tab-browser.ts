type Message = {
  onmessage: ((event: MessageEvent) => void) | null;
  postMessage(data: unknown): void;
  close(): void;
};

interface Request {
  readonly held: () => Promise<void>;
  readonly end: (reason: unknown) => void;
}

/** The locks and channels of one browser, as its tabs have them. */
export class FakeTabBrowser {
  /** No message arrives any more. */
  mute = false;
  readonly #channels = new Map<string, Set<Message>>();
  readonly #waiting: Request[] = [];
  #holder: Request | null = null;

  get channels(): number {
    return [...this.#channels.values()].reduce((sum, channels) => sum + channels.size, 0);
  }

  get holders(): number {
    return this.#holder ? 1 : 0;
  }

  readonly locks = {
    request: (_name: string, { signal, steal }: LockOptions, held: () => Promise<void>): Promise<void> =>
      new Promise<void>((resolve, reject) => {
        const request: Request = {
          held: async () => {
            await held();
            resolve();
          },
          end: reject,
        };
        signal?.addEventListener('abort', () => {
          const place = this.#waiting.indexOf(request);
          if (place < 0) return;
          this.#waiting.splice(place, 1);
          reject(signal.reason);
        });
        if (steal) {
          const robbed = this.#holder;
          this.#waiting.unshift(request);
          this.#holder = null;
          robbed?.end(new DOMException('stolen', 'AbortError'));
        } else {
          this.#waiting.push(request);
        }
        queueMicrotask(() => this.#grant());
      }),
  };

  readonly openChannel = (name: string): Message => {
    const group = this.#channels.get(name) ?? new Set<Message>();
    this.#channels.set(name, group);
    const channel: Message = {
      onmessage: null,
      postMessage: (data) => {
        if (this.mute) return;
        for (const other of group) {
          if (other !== channel) queueMicrotask(() => other.onmessage?.({ data } as MessageEvent));
        }
      },
      close: () => void group.delete(channel),
    };
    group.add(channel);
    return channel;
  };

  #grant(): void {
    const next = this.#holder ? undefined : this.#waiting.shift();
    if (!next) return;
    this.#holder = next;
    void next.held().then(() => {
      if (this.#holder !== next) return;
      this.#holder = null;
      this.#grant();
    });
  }
}
