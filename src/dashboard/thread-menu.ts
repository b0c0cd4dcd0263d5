// What else there is to do with a conversation: pass on its address, or take it along as a file.
import type { ReactiveControllerHost, TemplateResult } from 'lit';
import { html, nothing } from 'lit';
import type { AgentDesk } from '../core/agent-desk.ts';
import type { DeskSession } from '../core/model.ts';
import type { DashboardMessages } from '../i18n/dashboard-en.ts';
import type { Messages } from '../i18n/messages.ts';
import { downloadIcon, linkIcon, moreIcon } from './desk-icons.ts';
import type { DeskView } from './desk-view.ts';
import { download } from './files.ts';
import { type MenuItem, menu } from './menu.ts';
import { type TranscriptFormat, transcriptFile } from './transcript.ts';

export interface ThreadMenuActions {
  /** What else can be done to it, while the menu is open. */
  commands(): readonly MenuItem[];
  onCopyLink(): void;
  onTranscript(format: TranscriptFormat): void;
}

export function threadMenu(view: DeskView, actions: ThreadMenuActions): TemplateResult {
  const { strings } = view;
  const open = view.openMenu === 'thread';
  const transcript = (label: string, format: TranscriptFormat) => ({
    label,
    mark: downloadIcon,
    onChoose: () => actions.onTranscript(format),
  });
  return menu({
    label: strings.threadMore,
    buttonClass: 'icon-button',
    content: html`${moreIcon}<span class="visually-hidden">${strings.threadMore}</span>`,
    open,
    edge: 'end',
    onToggle: (open) => view.onMenu(open ? 'thread' : null),
    items: [
      ...(open ? actions.commands() : []),
      { label: strings.copyLink, mark: linkIcon, separated: true, onChoose: actions.onCopyLink },
      transcript(strings.transcriptText, 'text'),
      transcript(strings.transcriptNotes, 'notes'),
      transcript(strings.transcriptCsv, 'csv'),
    ],
  });
}

/** Where a conversation is found on this page. */
export function linkTo(sessionId: string, page: string): string {
  const url = new URL(page);
  url.hash = `conversation=${sessionId}`;
  return url.href;
}

const SAID_FOR = 6_000;

/** Does it, and says what came of it for a moment. */
export class ThreadTools {
  readonly #host: ReactiveControllerHost;
  #said: string | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  hostDisconnected(): void {
    this.#say(null);
  }

  render(): TemplateResult {
    return html`<div class="said" role="status">
      ${this.#said === null ? nothing : html`<p class="toast toast--said" dir="auto">${this.#said}</p>`}
    </div>`;
  }

  async copyLink({ id }: DeskSession, strings: DashboardMessages): Promise<void> {
    const link = linkTo(id, location.href);
    try {
      await navigator.clipboard.writeText(link);
      this.#say(strings.linkCopied);
    } catch {
      // Where the page may not, the reader can.
      this.#say(strings.linkNotCopied(link));
    }
  }

  async saveTranscript(
    desk: AgentDesk,
    session: DeskSession,
    format: TranscriptFormat,
    words: { readonly strings: DashboardMessages; readonly shared: Messages; readonly lang: string },
  ): Promise<void> {
    const { strings } = words;
    this.#say(strings.transcriptLoading);
    try {
      const messages = await desk.transcript();
      const teamName = desk.state.settings?.teamName ?? '';
      download(transcriptFile({ ...words, session, messages, teamName }, format));
      this.#say(strings.transcriptDone);
    } catch {
      this.#say(strings.transcriptFailed);
    }
  }

  #say(text: string | null): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = text === null ? null : setTimeout(() => this.#say(null), SAID_FOR);
    if (this.#said === text) return;
    this.#said = text;
    this.#host.requestUpdate();
  }
}
