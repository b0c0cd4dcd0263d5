// Tells the team of a new conversation while nobody is at the desk. A Supabase Database Webhook calls it; see
// docs/webhook.md. Web standards only, so that it runs as a Supabase Edge Function, on Node and elsewhere.

export interface ReceiverOptions {
  /** What the webhook sends along as `x-webhook-secret`. */
  readonly secret: string;
  /** Where your agents have their inbox. */
  readonly inboxUrl: string;
  /** The project's address and publishable key: then nobody is told while an agent is there. */
  readonly project?: { readonly url: string; readonly key: string };
  /** Takes the message where your team reads it. */
  notify(message: Notice): Promise<void>;
}

interface Notice {
  readonly subject: string;
  readonly text: string;
}

/** Answers a webhook's request. Whatever visitors wrote stays in the database: not a word of theirs is passed on. */
export function createReceiver(options: ReceiverOptions): (request: Request) => Promise<Response> {
  return async (request) => {
    if (request.method !== 'POST') return new Response('POST only', { status: 405 });
    if (!(await isSame(request.headers.get('x-webhook-secret') ?? '', options.secret))) {
      return new Response('Who are you?', { status: 401 });
    }
    const payload: unknown = await request.json().catch(() => null);
    if (!isNewSession(payload)) return new Response('Not a new conversation', { status: 202 });
    if (options.project && (await isSomebodyThere(options.project))) {
      return new Response('Somebody is there', { status: 200 });
    }
    await options.notify({
      subject: 'A visitor is waiting in the chat',
      text: `Somebody has started a conversation, and nobody is there. Answer in your inbox: ${options.inboxUrl}`,
    });
    return new Response('Told', { status: 200 });
  };
}

/** To a Slack channel, by an incoming webhook of yours. */
export function toSlack(webhookUrl: string): ReceiverOptions['notify'] {
  return ({ text }) => post(webhookUrl, {}, { text });
}

/** As an e-mail, by any service that takes JSON like Resend does. */
export function toMail(options: {
  readonly endpoint: string;
  readonly apiKey: string;
  readonly from: string;
  readonly to: string;
}): ReceiverOptions['notify'] {
  const { endpoint, apiKey, from, to } = options;
  return ({ subject, text }) =>
    post(endpoint, { authorization: `Bearer ${apiKey}` }, { from, to, subject, text });
}

async function post(url: string, headers: Record<string, string>, body: unknown): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  });
  // The answer of a stranger's server is not repeated: it may hold what it was sent.
  if (!response.ok) throw new Error(`The message was refused with ${response.status}.`);
}

function isNewSession(payload: unknown): boolean {
  const { type, schema, table } = (payload ?? {}) as Record<string, unknown>;
  return type === 'INSERT' && schema === 'support_chat' && table === 'sessions';
}

/** As a visitor sees it. Where it cannot be found out, somebody had better be told. */
async function isSomebodyThere({ url, key }: { url: string; key: string }): Promise<boolean> {
  try {
    const response = await fetch(`${url}/rest/v1/rpc/chat_open`, {
      method: 'POST',
      headers: { apikey: key, 'content-type': 'application/json' },
      body: '{}',
      signal: AbortSignal.timeout(5_000),
    });
    const { availability } = (await response.json()) as { availability?: { online?: boolean } };
    return availability?.online === true;
  } catch {
    return false;
  }
}

/** Compares hashes, so that the time it takes tells nothing about the secret. */
async function isSame(given: string, secret: string): Promise<boolean> {
  const hash = async (text: string): Promise<string> => {
    const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
    return [...new Uint8Array(bytes)].join(' ');
  };
  return secret !== '' && (await hash(given)) === (await hash(secret));
}
