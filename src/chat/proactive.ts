// Speaks to a visitor first, where and when the page's owner wants it, and never twice to the same one.
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { IdentifiedChat } from '../core/visitor-chat.ts';
import { hashOf } from '../ui/hash.ts';

/** When to speak first; every condition that is given must hold. */
export interface Campaign {
  /** Seconds on a page that fits. */
  readonly openAfter: number | null;
  /** Percent of the page that must have been scrolled. */
  readonly openOnScroll: number | null;
  /** Addresses, `*` for anything, separated by commas: `/pricing*, https://shop.example/cart`. */
  readonly openOnUrl: string | null;
  /** What is said; empty opens the window. */
  readonly proactiveMessage: string;
}

export interface ProactiveHost {
  /** What the page's owner wants, or null. */
  campaign(): Campaign | null;
  /** Where this device remembers what was shown; null while the visitor may not be spoken to. */
  memory(): Pick<IdentifiedChat, 'recall' | 'remember'> | null;
  speak(message: string): void;
}

const SHOWN = 'proactive';
const CHECK_EVERY = 500;
const REMEMBERED = 20;

export class Proactive implements ReactiveController {
  readonly #host: ProactiveHost;
  #timer: ReturnType<typeof setInterval> | undefined;
  /** Since when the address fits. */
  #since = Number.NaN;
  /** The campaign that is over for this visitor. */
  #seen = '';

  constructor(element: ReactiveControllerHost, host: ProactiveHost) {
    this.#host = host;
    element.addController(this);
  }

  hostUpdated(): void {
    if (this.#host.campaign()) this.#timer ??= setInterval(this.#check, CHECK_EVERY);
    else this.hostDisconnected();
  }

  hostDisconnected(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#since = Number.NaN;
  }

  // Routers change the address without a word, so it is looked at now and then.
  readonly #check = (): void => {
    const campaign = this.#host.campaign();
    const fits = campaign && (campaign.openOnUrl === null || fitsAddress(campaign.openOnUrl, location));
    if (!fits) {
      this.#since = Number.NaN;
      return;
    }
    if (Number.isNaN(this.#since)) this.#since = performance.now();
    const stayed = (performance.now() - this.#since) / 1_000 >= (campaign.openAfter ?? 0);
    if (!stayed || scrolled() < (campaign.openOnScroll ?? 0)) return;
    const memory = this.#host.memory();
    if (document.visibilityState !== 'visible' || !memory) return;
    const name = hashOf(`${campaign.openOnUrl} ${campaign.proactiveMessage}`).toString(36);
    if (name === this.#seen) return;
    this.#seen = name;
    const shown = memory.recall(SHOWN).split(' ');
    if (shown.includes(name)) return;
    memory.remember(SHOWN, [...shown, name].slice(-REMEMBERED).join(' '));
    this.#host.speak(campaign.proactiveMessage);
  };
}

export function fitsAddress(patterns: string, { pathname, search, hash, href }: Location): boolean {
  const addresses = [pathname, pathname + search, pathname + search + hash, href];
  return patterns.split(',').some((pattern) => addresses.some((address) => fits(address, pattern.trim())));
}

function fits(address: string, pattern: string): boolean {
  const [first = '', ...parts] = pattern.split('*');
  if (!address.startsWith(first)) return false;
  let rest = address.slice(first.length);
  const last = parts.pop();
  if (last === undefined) return rest === '';
  for (const part of parts) {
    if (!rest.includes(part)) return false;
    rest = rest.slice(rest.indexOf(part) + part.length);
  }
  return rest.endsWith(last);
}

/** How far the page is scrolled, in percent; one that fits the screen all the way. */
function scrolled(): number {
  const room = document.documentElement.scrollHeight - innerHeight;
  return room > 0 ? (scrollY / room) * 100 : 100;
}
