type Listener<E> = ((event: E) => void) | null;
type SentFrame = [joinRef: string | null, ref: string, topic: string, event: string, payload: unknown];

/** A connection whose other end is the test. */
export class FakeWebSocket {
  readonly url: string;
  readonly sent: SentFrame[] = [];
  binaryType = 'blob';
  closed = false;
  onopen: Listener<object> = null;
  onmessage: Listener<{ data: unknown }> = null;
  onerror: Listener<object> = null;
  onclose: Listener<object> = null;

  constructor(url: string) {
    this.url = url;
  }

  send(frame: string): void {
    this.sent.push(JSON.parse(frame));
  }

  close(): void {
    this.closed = true;
  }

  /** Opens and answers the join. */
  accept(): void {
    this.onopen?.({});
    this.reply('1', 'ok');
  }

  reply(ref: string, status: string, response: object = {}): void {
    this.say('1', ref, this.topic, 'phx_reply', { status, response });
  }

  broadcast(event: string, payload: unknown): void {
    this.say(null, null, this.topic, 'broadcast', { type: 'broadcast', event, payload });
  }

  say(...frame: unknown[]): void {
    this.sayRaw(JSON.stringify(frame));
  }

  sayRaw(data: unknown): void {
    this.onmessage?.({ data });
  }

  /** What the client asked to join. */
  get topic(): string {
    return this.sent[0]?.[2] ?? '';
  }
}

/** A WebSocket class, and what was made of it. */
export function fakeTransport(): { transport: typeof WebSocket; sockets: FakeWebSocket[] } {
  const sockets: FakeWebSocket[] = [];
  class Kept extends FakeWebSocket {
    constructor(url: string) {
      super(url);
      sockets.push(this);
    }
  }
  return { transport: Kept as unknown as typeof WebSocket, sockets };
}
