// Tells an agent who looks elsewhere that somebody wrote: a count in the tab's title and a short sound.
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { AgentDesk, AgentDeskEvent } from '../core/agent-desk.ts';

/** Counts, per conversation, what came while nobody looked at it. */
export class AttentionController implements ReactiveController {
  #unseen = new Map<string, number>();
  #desk: AgentDesk | null = null;
  #leaveDesk: (() => void) | null = null;
  #audio: AudioContext | null = null;
  #gesture = false;
  /** The title as we last set it, and as the page had it. */
  #written: string | null = null;
  #original = '';
  readonly #isSilent: () => boolean;

  constructor(host: ReactiveControllerHost, isSilent: () => boolean) {
    this.#isSilent = isSilent;
    host.addController(this);
  }

  hostConnected(): void {
    document.addEventListener('visibilitychange', this.#returned);
    window.addEventListener('focus', this.#returned);
    document.addEventListener('pointerdown', this.#gestured, { capture: true });
    document.addEventListener('keydown', this.#gestured, { capture: true });
  }

  hostDisconnected(): void {
    document.removeEventListener('visibilitychange', this.#returned);
    window.removeEventListener('focus', this.#returned);
    document.removeEventListener('pointerdown', this.#gestured, { capture: true });
    document.removeEventListener('keydown', this.#gestured, { capture: true });
    this.follow(null);
    void this.#audio?.close();
    this.#audio = null;
  }

  /** Listens to this desk from now on, and to no other. */
  follow(desk: AgentDesk | null): void {
    if (desk === this.#desk) return;
    this.#leaveDesk?.();
    this.#leaveDesk = null;
    this.#desk = desk;
    this.#clear();
    if (!desk) return;
    const stopEvents = desk.onEvent((event) => this.#heard(event));
    const stopState = desk.subscribe(() => this.#forgetHandled());
    this.#leaveDesk = () => {
      stopEvents();
      stopState();
    };
  }

  readonly #returned = (): void => {
    if (isLooking()) this.#clear();
  };

  readonly #gestured = (): void => {
    this.#gesture = true;
  };

  #heard(event: AgentDeskEvent): void {
    const desk = this.#desk;
    if (!desk || event.direction !== 'in') return;
    const { current, me } = desk.state;
    const { session } = event;
    // What another agent works on is theirs to hear.
    if (session.agent && session.agent.id !== me?.id) return;
    if (isLooking() && current?.id === session.id) return;
    this.#unseen.set(session.id, (this.#unseen.get(session.id) ?? 0) + 1);
    this.#writeTitle();
    this.#chime();
  }

  /** Drops what was opened here, or read or taken by somebody else. */
  #forgetHandled(): void {
    const desk = this.#desk;
    if (!desk || this.#unseen.size === 0) return;
    const { current, inbox, me } = desk.state;
    const before = this.#unseen.size;
    if (current && isLooking()) this.#unseen.delete(current.id);
    for (const session of inbox) {
      const foreign = session.agent !== null && session.agent.id !== me?.id;
      if (session.unread === 0 || foreign) this.#unseen.delete(session.id);
    }
    if (this.#unseen.size !== before) this.#writeTitle();
  }

  #clear(): void {
    this.#unseen.clear();
    this.#writeTitle();
  }

  #writeTitle(): void {
    // A page that changed its title meanwhile keeps its own.
    if (this.#written === null || document.title !== this.#written) this.#original = document.title;
    let count = 0;
    for (const messages of this.#unseen.values()) count += messages;
    if (count === 0) {
      if (this.#written !== null && document.title === this.#written) document.title = this.#original;
      this.#written = null;
      return;
    }
    this.#written = `(${count}) ${this.#original}`;
    document.title = this.#written;
  }

  #chime(): void {
    // Browsers refuse sound before the first gesture and warn about it in the console.
    if (this.#isSilent() || !this.#gesture || typeof AudioContext === 'undefined') return;
    this.#audio ??= new AudioContext();
    playChime(this.#audio);
  }
}

function isLooking(): boolean {
  return document.visibilityState === 'visible' && document.hasFocus();
}

/** Two soft tones, a fifth apart. */
function playChime(audio: AudioContext): void {
  for (const [frequency, delay] of [
    [659.25, 0],
    [987.77, 0.11],
  ] as const) {
    const start = audio.currentTime + delay;
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    tone.type = 'sine';
    tone.frequency.value = frequency;
    volume.gain.setValueAtTime(0.0001, start);
    volume.gain.exponentialRampToValueAtTime(0.09, start + 0.015);
    volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.32);
    tone.connect(volume).connect(audio.destination);
    tone.start(start);
    tone.stop(start + 0.34);
  }
}
