// What an agent is changing about visitors: name and address in a form, and notes, of each visitor their own.
import type { AgentDesk } from '../core/agent-desk.ts';
import { toChatError } from '../core/errors.ts';
import type { DeskVisitor } from '../core/model.ts';
import type { VisitorPatch } from '../core/ports.ts';
import { cleanText } from '../core/text.ts';
import type { DashboardMessages } from '../i18n/dashboard-en.ts';

/** Why a change was not saved. */
type EditProblem = keyof DashboardMessages['editFailed'];

export interface VisitorForm {
  readonly name: string;
  readonly email: string;
  readonly busy: boolean;
  readonly problem: EditProblem | null;
}

export interface VisitorNotes {
  readonly text: string;
  /** What the notes said when writing began. */
  readonly base: string;
  readonly busy: boolean;
  readonly problem: EditProblem | null;
}

export class VisitorEditing {
  readonly #onChange: () => void;
  /** With what was known of the visitor when editing began. */
  #form: (VisitorForm & { readonly base: DeskVisitor }) | null = null;
  readonly #notes = new Map<string, VisitorNotes>();

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Null while nothing of this visitor is edited. */
  form(visitorId: string): VisitorForm | null {
    return this.#form?.base.id === visitorId ? this.#form : null;
  }

  /** Null while the notes are as they were saved. */
  notes(visitorId: string): VisitorNotes | null {
    return this.#notes.get(visitorId) ?? null;
  }

  begin(base: DeskVisitor): void {
    this.#form = { base, name: base.name, email: base.email, busy: false, problem: null };
    this.#onChange();
  }

  change(patch: Partial<Pick<VisitorForm, 'name' | 'email'>>): void {
    if (this.#form) this.#form = { ...this.#form, ...patch, problem: null };
    this.#onChange();
  }

  cancel(): void {
    this.#form = null;
    this.#onChange();
  }

  /** Returns whether it is done. */
  async save(desk: AgentDesk, { id }: DeskVisitor): Promise<boolean> {
    const form = this.#form;
    if (form?.base.id !== id || form.busy) return false;
    const name = cleanText(form.name);
    const email = cleanText(form.email);
    // What the agent left alone may have been changed by others meanwhile.
    const patch: VisitorPatch = {
      ...(name === form.base.name ? {} : { name }),
      ...(email === form.base.email ? {} : { email }),
    };
    this.#form = { ...form, busy: true, problem: null };
    this.#onChange();
    const problem = Object.keys(patch).length > 0 ? await attempt(desk, patch) : null;
    if (this.#form?.base.id === id) this.#form = problem && { ...form, busy: false, problem };
    this.#onChange();
    return problem === null;
  }

  write(visitor: DeskVisitor, text: string): void {
    const base = this.#notes.get(visitor.id)?.base ?? visitor.notes;
    if (text === visitor.notes) this.#notes.delete(visitor.id);
    else this.#notes.set(visitor.id, { text, base, busy: false, problem: null });
    this.#onChange();
  }

  discard(visitorId: string): void {
    this.#notes.delete(visitorId);
    this.#onChange();
  }

  /** Returns whether it is done. */
  async saveNotes(desk: AgentDesk, visitor: DeskVisitor): Promise<boolean> {
    const written = this.#notes.get(visitor.id);
    if (!written || written.busy) return false;
    this.#notes.set(visitor.id, { ...written, busy: true, problem: null });
    this.#onChange();
    const problem = await attempt(desk, { notes: cleanText(written.text) });
    const now = this.#notes.get(visitor.id);
    // What was written meanwhile is not saved yet.
    if (problem) this.#notes.set(visitor.id, { ...(now ?? written), busy: false, problem });
    else if (now?.text === written.text) this.#notes.delete(visitor.id);
    else if (now) this.#notes.set(visitor.id, { ...now, base: written.text, busy: false });
    this.#onChange();
    return problem === null;
  }

  clear(): void {
    this.#form = null;
    this.#notes.clear();
  }
}

async function attempt(desk: AgentDesk, patch: VisitorPatch): Promise<EditProblem | null> {
  try {
    await desk.updateVisitor(patch);
    return null;
  } catch (reason) {
    const { code, details } = toChatError(reason);
    if (code === 'conflict') return 'verified';
    if (code === 'offline' || code === 'unavailable') return 'offline';
    const field =
      typeof details === 'object' && details !== null && 'field' in details ? details.field : null;
    return field === 'email' || field === 'name' ? field : 'other';
  }
}
