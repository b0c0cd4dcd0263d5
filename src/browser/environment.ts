import type { PageEnvironment } from '../core/ports.ts';

/** What the window knows. Listens only while somebody asked to be called. */
export function createEnvironment(): PageEnvironment {
  const isVisible = () => document.visibilityState === 'visible';
  return {
    isVisible,
    isOnline: () => navigator.onLine,
    page: () => ({
      url: location.href,
      title: document.title,
      referrer: document.referrer,
      locale: navigator.language,
    }),
    onWake: (listener) =>
      listen(['visibilitychange', 'online', 'pageshow'], (event) => {
        // The first pageshow comes with every load; only one from the back-forward cache may have missed something.
        if (event.type === 'online' || ((event as PageTransitionEvent).persisted ?? isVisible())) listener();
      }),
    onChange: (listener) => listen(['visibilitychange', 'online', 'offline'], listener),
    onNavigate(listener) {
      let timer: ReturnType<typeof setTimeout>;
      // Pages may write every step of a scroll into their address, and the title comes after it.
      const onEntry = () => {
        clearTimeout(timer);
        timer = setTimeout(listener, 1_000);
      };
      return listen(['currententrychange'], onEntry, window.navigation);
    },
    onLeave: (listener) => listen(['pagehide'], listener),
  };
}

/** What happens to the document comes by the window first. Older browsers have no Navigation API. */
function listen(
  types: readonly string[],
  listener: (event: Event) => void,
  target: EventTarget | undefined = window,
): () => void {
  for (const type of types) target.addEventListener(type, listener, true);
  return () => {
    for (const type of types) target.removeEventListener(type, listener, true);
  };
}
