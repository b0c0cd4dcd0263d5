// What is being written: reply or note, each with a draft of its own in every conversation.
import type { AgentDesk } from '../core/agent-desk.ts';
import type { SendDetail } from '../ui/message-composer.ts';
import type { ComposerMode } from './thread-composer.ts';

export class Answering {
  readonly #onChange: () => void;
  /** Conversations in which a note is being written. */
  #noting = new Set<string>();

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  mode(sessionId: string | null): ComposerMode {
    return sessionId !== null && this.#noting.has(sessionId) ? 'note' : 'reply';
  }

  turnTo(sessionId: string, mode: ComposerMode): void {
    if (mode === 'note') this.#noting.add(sessionId);
    else this.#noting.delete(sessionId);
    this.#onChange();
  }

  /** Unsent text of the mode that is on, and of the other one. */
  drafts(desk: AgentDesk, sessionId: string | null): { readonly draft: string; readonly other: string } {
    if (sessionId === null) return { draft: '', other: '' };
    const mode = this.mode(sessionId);
    return {
      draft: desk.draft(draftKey(sessionId, mode)),
      other: desk.draft(draftKey(sessionId, mode === 'note' ? 'reply' : 'note')),
    };
  }

  keep(desk: AgentDesk, sessionId: string, text: string): void {
    desk.setDraft(draftKey(sessionId, this.mode(sessionId)), text);
  }

  send(desk: AgentDesk, sessionId: string, detail: SendDetail): void {
    const mode = this.mode(sessionId);
    desk.send(detail.text, mode === 'note' ? 'note' : 'text').then(
      () => {
        detail.accept();
        desk.setDraft(draftKey(sessionId, mode), '');
        this.#onChange();
      },
      () => {
        // What is refused before it is sent stays in the composer, which says why.
      },
    );
  }

  clear(): void {
    this.#noting.clear();
  }
}

/** Reply and note are kept apart, so that no note can go out as a reply by mistake. */
function draftKey(sessionId: string, mode: ComposerMode): string {
  return mode === 'note' ? `${sessionId}:note` : sessionId;
}
