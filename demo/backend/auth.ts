import './quiet.ts';
import { App, type Connection } from '@supabase/lite';
import type { Keys } from './keys.ts';
import { createMailLinks, type Mail } from './mail-links.ts';

/** The Auth server: sign-in of agents and whoever else has an account. */
export interface AuthServer {
  /** Answers requests under `/auth/v1`. */
  fetch(request: Request): Promise<Response>;
  signUp(email: string, password: string): Promise<void>;
  /** What would have been sent; nothing leaves this process. */
  readonly mails: readonly Mail[];
}

export async function startAuth(
  connection: Connection,
  keys: Keys,
  onMail: (mail: Mail) => void = () => {},
): Promise<AuthServer> {
  const links = createMailLinks(async (request) => app.fetch(request), onMail);
  const app = new App({
    connection,
    auth: {
      enabled: true,
      jwt_secret: keys.jwtSecret,
      publishable_key: keys.publishable,
      secret_key: keys.secret,
    },
    options: { drivers: { email: { send: (message) => links.send(message) } } },
  });
  await app.init();
  await app.ensureSystemSchema();
  const { fetch } = links;
  return {
    fetch,
    mails: links.mails,
    signUp: async (email, password) => {
      const response = await fetch(
        new Request('http://localhost/auth/v1/signup', {
          method: 'POST',
          headers: { apikey: keys.publishable, 'content-type': 'application/json' },
          body: JSON.stringify({ email, password }),
        }),
      );
      if (!response.ok) throw new Error(`Sign-up of ${email} failed: ${await response.text()}`);
    },
  };
}
