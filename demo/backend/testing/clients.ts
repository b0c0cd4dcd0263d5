import { PostgrestClient } from '@supabase/postgrest-js';
import { type RealtimeChannel, RealtimeClient, type RealtimeClientOptions } from '@supabase/realtime-js';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { type Backend, type BackendOptions, startBackend } from '../server.ts';

/** A backend with the fixture functions, nothing kept, and short waits where the platform takes seconds. */
export function startFixture(options: BackendOptions = {}): Promise<Backend> {
  return startBackend({
    migrations: new URL('./migrations/', import.meta.url),
    ...options,
    realtime: { joinErrorDelay: 20, connectErrorDelay: 20, ...options.realtime },
  });
}

/** The same, which ends with the test. */
export async function fixtureForTest(options?: BackendOptions): Promise<Backend> {
  const backend = await startFixture(options);
  onTestFinished(() => backend.close());
  return backend;
}

export function postgrest(backend: Backend, headers: Record<string, string> = {}): PostgrestClient {
  return new PostgrestClient(`${backend.url}/rest/v1`, {
    headers: { apikey: backend.publishableKey, ...headers },
  });
}

export function realtime(
  backend: Backend,
  apikey = backend.publishableKey,
  options: RealtimeClientOptions = {},
): RealtimeClient {
  const client = new RealtimeClient(`${backend.url.replace('http', 'ws')}/realtime/v1`, {
    params: { apikey },
    transport: WebSocket as never,
    reconnectAfterMs: () => 20,
    ...options,
  });
  onTestFinished(async () => {
    await client.disconnect();
  });
  return client;
}

export interface Listening {
  readonly channel: RealtimeChannel;
  readonly heard: unknown[];
  readonly states: string[];
  /** The reason of the last refusal. */
  reason(): string;
  until(state: string, times?: number): Promise<void>;
  untilHeard(count: number): Promise<void>;
}

export function listenTo(client: RealtimeClient, topic: string, isPrivate = true): Listening {
  const heard: unknown[] = [];
  const states: string[] = [];
  let reason = '';
  const channel = client
    .channel(topic, { config: { private: isPrivate } })
    .on('broadcast', { event: '*' }, (message) => heard.push(message.payload))
    .subscribe((state, error) => {
      states.push(state);
      if (error) reason = error.message;
    });
  return {
    channel,
    heard,
    states,
    reason: () => reason,
    until: (state, times = 1) => eventually(() => states.filter((one) => one === state).length >= times),
    untilHeard: (count) => eventually(() => heard.length >= count),
  };
}

export async function eventually(holds: () => boolean, timeoutMs = 40_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`Waited ${timeoutMs} ms in vain for: ${holds}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
