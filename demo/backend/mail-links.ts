// Links in mails as Supabase Auth makes them for PKCE, which the Auth server used here does not: the link leads back to
// the page with a code, and the code and the secret that asked for the mail are exchanged for a sign-in.
import { createHash, randomUUID } from 'node:crypto';
import { json } from './gateway.ts';

export interface Mail {
  readonly to: string;
  readonly subject: string;
  /** The link in it. */
  readonly link: string;
}

type Fetch = (request: Request) => Promise<Response>;

export interface MailLinks {
  fetch: Fetch;
  /** Takes a mail the Auth server wants sent. */
  send(message: { to: string; subject: string; text?: string; html?: string }): Promise<void>;
  /** What was sent, oldest first. */
  readonly mails: readonly Mail[];
}

/** Stands between the gateway and the Auth server. */
export function createMailLinks(auth: Fetch, tell: (mail: Mail) => void): MailLinks {
  /** By address: the newest request for a mail. */
  const asked = new Map<
    string,
    { readonly challenge: string; readonly back: string; readonly origin: string }
  >();
  const codes = new Map<string, { readonly challenge: string; readonly session: unknown }>();
  const mails: Mail[] = [];

  async function ask(request: Request): Promise<Response> {
    const body = (await request.clone().json()) as { email?: string; code_challenge?: string };
    const back = new URL(request.url).searchParams.get('redirect_to');
    if (body.email && body.code_challenge && back) {
      asked.set(body.email.toLowerCase(), {
        challenge: body.code_challenge,
        back,
        origin: new URL(request.url).origin,
      });
    }
    return auth(request);
  }

  async function verify(request: Request): Promise<Response | null> {
    const url = new URL(request.url);
    const email = url.searchParams.get('for') ?? '';
    const { challenge, back } = asked.get(email) ?? {};
    if (!challenge || !back) return null;
    const answer = await auth(
      new Request(new URL('/auth/v1/verify', url), {
        method: 'POST',
        headers: { 'content-type': 'application/json', apikey: url.searchParams.get('apikey') ?? '' },
        body: JSON.stringify({
          token_hash: url.searchParams.get('token'),
          type: url.searchParams.get('type'),
        }),
      }),
    );
    const target = new URL(back);
    if (answer.ok) {
      const code = randomUUID();
      codes.set(code, { challenge, session: await answer.json() });
      target.searchParams.set('code', code);
    } else {
      const error = {
        error: 'access_denied',
        error_code: 'otp_expired',
        error_description: 'Invalid or expired',
      };
      for (const [key, value] of Object.entries(error)) target.searchParams.set(key, value);
    }
    return new Response(null, { status: 303, headers: { location: target.href } });
  }

  async function exchange(request: Request): Promise<Response | null> {
    const { auth_code: code = '', code_verifier: verifier = '' } = (await request.clone().json()) as {
      auth_code?: string;
      code_verifier?: string;
    };
    const kept = codes.get(code);
    codes.delete(code);
    const hash = createHash('sha256').update(verifier).digest('base64url');
    if (kept && (kept.challenge === hash || kept.challenge === verifier)) return json(200, kept.session);
    return json(400, { code: 'bad_code_verifier', message: 'code challenge does not match' });
  }

  return {
    mails,
    async fetch(request) {
      const { pathname, searchParams } = new URL(request.url);
      if (request.method === 'POST' && /\/(?:otp|magiclink|recover|signup)$/.test(pathname))
        return ask(request);
      if (request.method === 'GET' && pathname.endsWith('/verify')) {
        return (await verify(request)) ?? auth(request);
      }
      if (pathname.endsWith('/token') && searchParams.get('grant_type') === 'pkce') {
        return (await exchange(request)) ?? auth(request);
      }
      return auth(request);
    },
    async send({ to, subject, text = '', html = '' }) {
      const link = /https?:\/\/[^\s"<>]+\/verify\?[^\s"<>]+/
        .exec(html || text)?.[0]
        ?.replaceAll('&amp;', '&');
      if (!link) return;
      const { pathname, search } = new URL(link);
      // The Auth server does not know the address it is reached at.
      const url = new URL(pathname + search, asked.get(to.toLowerCase())?.origin ?? link);
      url.searchParams.set('for', to.toLowerCase());
      const mail = { to, subject, link: url.href };
      mails.push(mail);
      tell(mail);
    },
  };
}
