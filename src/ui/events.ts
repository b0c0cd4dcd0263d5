// The events a page hears from the elements, and the one way to send any event.
import type { ChatErrorCode } from '../core/errors.ts';
import type { ChatMessage, ChatSession } from '../core/model.ts';

/** Why a window opened or closed: the visitor did it, a method was called, or a proactive rule. */
export type OpenReason = 'user' | 'api' | 'proactive';

/** Public events and their details. All bubble and cross shadow roots. */
export interface SupportEventMap {
  /** The element is set up: methods have an effect from now on. */
  'support-ready': Record<string, never>;
  'support-open': { readonly reason: OpenReason };
  'support-close': { readonly reason: OpenReason };
  /** A message came in, or one of this visitor reached the server. */
  'support-message': {
    readonly message: ChatMessage;
    readonly session: ChatSession;
    readonly direction: 'in' | 'out';
  };
  'support-unread': { readonly count: number };
  /** Something the page's developer should know. The visitor sees friendlier words. */
  'support-error': { readonly code: ChatErrorCode; readonly message: string };
}

/** The public events by name, as listeners get them. */
export type SupportChatEventMap = { readonly [K in keyof SupportEventMap]: CustomEvent<SupportEventMap[K]> };

/** Sends an event up to the host's own root, or through all of them where it is `composed`. */
export function emit<D>(host: EventTarget, type: string, detail: D, composed = false): void {
  host.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed }));
}

/** Sends a public event. */
export function emitSupport<K extends keyof SupportEventMap>(
  host: EventTarget,
  type: K,
  detail: SupportEventMap[K],
): void {
  emit(host, type, detail, true);
}

declare global {
  // Lets `addEventListener('support-message', …)` know its detail on any element, on the document and the window.
  interface GlobalEventHandlersEventMap extends SupportChatEventMap {}
}
