import { createServer } from 'node:net';

/**
 * A port that nobody listens on, for a process that must be told one. It is below those that a system hands
 * out by itself, so that no other test's server or connection takes it meanwhile, and above those that
 * `fetch` refuses.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 11_000 + Math.floor(Math.random() * 21_000);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    // On every address, so that it is nobody's on any.
    server.listen(port, () => server.close(() => resolve(true)));
  });
}
