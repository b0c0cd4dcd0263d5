// What is being written: reply or note, each with a draft of its own in every conversation.
import type { AgentDesk } from '../core/agent-desk.ts';
import type { AnswerDetail } from './desk-composer.ts';
import type { ComposerMode } from './thread-composer.ts';

export class Answering {
  readonly #onChange: () => void;
  /** What was chosen on this page. */
  readonly #modes = new Map<string, ComposerMode>();

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Whoever comes back to an unsent note finds it; else nobody writes a note by mistake. */
  mode(desk: AgentDesk, sessionId: string | null): ComposerMode {
    if (sessionId === null) return 'reply';
    const chosen = this.#modes.get(sessionId);
    if (chosen) return chosen;
    const noted = desk.draft(draftKey(sessionId, 'note')) !== '';
    const replied = desk.draft(draftKey(sessionId, 'reply')) !== '';
    return noted && (!replied || desk.preference(modeKey(sessionId)) === 'note') ? 'note' : 'reply';
  }

  turnTo(desk: AgentDesk, sessionId: string, mode: ComposerMode): void {
    this.#modes.set(sessionId, mode);
    this.#remember(desk, sessionId, mode);
    this.#onChange();
  }

  /** Unsent text of the mode that is on, and of the other one. */
  drafts(desk: AgentDesk, sessionId: string | null): { readonly draft: string; readonly other: string } {
    if (sessionId === null) return { draft: '', other: '' };
    const mode = this.mode(desk, sessionId);
    return {
      draft: desk.draft(draftKey(sessionId, mode)),
      other: desk.draft(draftKey(sessionId, mode === 'note' ? 'reply' : 'note')),
    };
  }

  keep(desk: AgentDesk, sessionId: string, text: string): void {
    const mode = this.mode(desk, sessionId);
    // An answer that is written and gone leaves the mode as it was until the conversation is left.
    this.#modes.set(sessionId, mode);
    const before = desk.draft(draftKey(sessionId, mode));
    desk.setDraft(draftKey(sessionId, mode), text);
    this.#remember(desk, sessionId, mode);
    // What stands around the text box depends on whether there is a text, not on which.
    if ((before === '') !== (text === '')) this.#onChange();
  }

  send(desk: AgentDesk, sessionId: string, detail: AnswerDetail): void {
    const mode = this.mode(desk, sessionId);
    this.#modes.set(sessionId, mode);
    const key = draftKey(sessionId, mode);
    const sent = desk.draft(key);
    desk.send(detail.text, mode === 'note' ? 'note' : 'text', detail.after).then(
      () => {
        detail.accept();
        // What was written meanwhile is not sent yet.
        if (desk.draft(key) === sent) desk.setDraft(key, '');
        this.#onChange();
      },
      () => {
        // What is refused before it is sent stays in the composer, which says why.
      },
    );
  }

  clear(): void {
    this.#modes.clear();
  }

  /** Only where it matters: both modes hold text, and the one on screen is the note. */
  #remember(desk: AgentDesk, sessionId: string, mode: ComposerMode): void {
    const held = (which: ComposerMode) => desk.draft(draftKey(sessionId, which)) !== '';
    desk.setPreference(modeKey(sessionId), mode === 'note' && held('note') && held('reply') ? 'note' : '');
  }
}

function modeKey(sessionId: string): string {
  return `mode:${sessionId}`;
}

/** Reply and note are kept apart, so that no note can go out as a reply by mistake. */
function draftKey(sessionId: string, mode: ComposerMode): string {
  return mode === 'note' ? `${sessionId}:note` : sessionId;
}
