// How a page makes itself noticed by somebody who looks elsewhere: a count in the tab's title and a short sound.
import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** For how long tabs may hear of the same thing one after the other, in ms. */
const SAME_MOMENT = 3_000;
/** So much later than the tab that somebody looks at, which may say that there is nothing to ring for, in ms. */
const POLITE_DELAY = 150;

/** Whether somebody looks at this page. */
export function isLooking(): boolean {
  return document.visibilityState === 'visible' && document.hasFocus();
}

export class Attention implements ReactiveController {
  #audio: AudioContext | null = null;
  #gesture = false;
  /** The title as we last set it, and as the page had it. */
  #written = '';
  #original = '';
  readonly #onLook: () => void;

  /** `onLook`: somebody looks at the page now, or no longer. */
  constructor(host: ReactiveControllerHost, onLook: () => void) {
    this.#onLook = onLook;
    host.addController(this);
  }

  hostConnected(): void {
    this.#listen(true);
  }

  hostDisconnected(): void {
    this.#listen(false);
    this.count(0);
    void this.#audio?.close();
    this.#audio = null;
  }

  /** Puts a number before the page's title, or takes it away again. */
  count(count: number): void {
    // A page that changed its title meanwhile keeps its own.
    if (document.title !== this.#written) this.#original = document.title;
    this.#written = count > 0 ? `(${count}) ${this.#original}` : this.#original;
    if (document.title !== this.#written) document.title = this.#written;
  }

  /** Sounds once for all tabs that hear of `what`; not at all where one of them calls it `seen`. */
  ring(what: string, seen: boolean): void {
    // Browsers refuse sound before the first gesture and warn about it in the console.
    if (!seen && (!this.#gesture || typeof AudioContext === 'undefined')) return;
    const act = () => {
      if (seen) return;
      this.#audio ??= new AudioContext();
      playChime(this.#audio);
    };
    const claim = async () => {
      try {
        await navigator.locks.request(`support-ring ${what}`, { ifAvailable: true }, async (lock) => {
          if (!lock) return;
          act();
          await new Promise((resolve) => setTimeout(resolve, SAME_MOMENT));
        });
      } catch {
        // No locks, as on pages without https: each tab is alone.
        act();
      }
    };
    setTimeout(claim, seen ? 0 : POLITE_DELAY);
  }

  #listen(on: boolean): void {
    const change = on ? 'addEventListener' : 'removeEventListener';
    document[change]('visibilitychange', this.#onLook);
    window[change]('focus', this.#onLook);
    window[change]('blur', this.#onLook);
    for (const gesture of ['pointerdown', 'keydown']) document[change](gesture, this.#gestured, true);
  }

  readonly #gestured = (): void => {
    this.#gesture = true;
  };
}

/** Two soft tones, a fifth apart. */
function playChime(audio: AudioContext): void {
  for (const [frequency, delay] of [
    [659, 0],
    [988, 0.11],
  ] as const) {
    const start = audio.currentTime + delay;
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    tone.frequency.value = frequency;
    volume.gain.value = 0.09;
    volume.gain.setTargetAtTime(0, start, 0.1);
    tone.connect(volume).connect(audio.destination);
    tone.start(start);
    tone.stop(start + 0.5);
  }
}
