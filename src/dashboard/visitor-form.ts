// Who the visitor is, to be corrected, and what the team keeps in mind about them.
import { html, nothing, type TemplateResult } from 'lit';
import type { DeskVisitor } from '../core/model.ts';
import { lengthOf } from '../core/text.ts';
import type { DeskView } from './desk-view.ts';
import type { VisitorForm, VisitorNotes } from './visitor-editing.ts';

export interface VisitorFormActions {
  onEdit(): void;
  onEditChange(patch: { readonly name?: string; readonly email?: string }): void;
  onEditCancel(): void;
  onEditSave(): void;
  onNotes(text: string): void;
  onNotesDiscard(): void;
  onNotesSave(): void;
}

/** As the database has it. */
const LONGEST_NOTES = 4_000;

/** What the host's backend vouches for, it alone can change; an account in Supabase Auth, only the address. */
export function canChange({ verified, externalId }: DeskVisitor): {
  readonly name: boolean;
  readonly email: boolean;
} {
  return { name: externalId === null, email: !verified };
}

export function visitorForm(
  { strings }: DeskView,
  visitor: DeskVisitor,
  form: VisitorForm,
  actions: VisitorFormActions,
): TemplateResult {
  const may = canChange(visitor);
  const field = (key: 'name' | 'email', label: string, reason: string) => {
    const wrong = form.problem === key;
    return html`<div class="edit__field">
      <label class="edit__label" for="edit-${key}">${label}</label>
      <input
        class="edit__input"
        id="edit-${key}"
        type="text"
        inputmode=${key === 'email' ? 'email' : 'text'}
        dir=${key === 'email' ? 'ltr' : 'auto'}
        autocomplete="off"
        maxlength=${key === 'email' ? 254 : 80}
        .value=${form[key]}
        ?readonly=${!may[key]}
        aria-invalid=${wrong ? 'true' : nothing}
        aria-describedby=${wrong ? 'edit-problem' : may[key] ? nothing : `edit-${key}-why`}
        @input=${(event: Event) => actions.onEditChange({ [key]: (event.target as HTMLInputElement).value })}
      />
      ${may[key] ? nothing : html`<p class="edit__why" id="edit-${key}-why">${reason}</p>`}
    </div>`;
  };
  return html`<form
    class="edit"
    @submit=${(event: Event) => {
      event.preventDefault();
      actions.onEditSave();
    }}
    @keydown=${(event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      event.preventDefault();
      actions.onEditCancel();
    }}
  >
    ${field('name', strings.editName, strings.editNameVerified)}
    ${field('email', strings.editEmail, strings.editEmailVerified)}
    <p class="edit__problem" id="edit-problem" role="alert">${form.problem ? strings.editFailed[form.problem] : ''}</p>
    <div class="edit__buttons">
      <button type="submit" class="button button--primary" aria-disabled=${form.busy ? 'true' : nothing}>
        ${strings.editSave}
      </button>
      <button type="button" class="button" @click=${actions.onEditCancel}>${strings.editCancel}</button>
    </div>
  </form>`;
}

export function visitorNotes(
  { strings }: DeskView,
  visitor: DeskVisitor,
  written: VisitorNotes | null,
  actions: VisitorFormActions,
): TemplateResult {
  const text = written?.text ?? visitor.notes;
  const over = lengthOf(text) - LONGEST_NOTES;
  // Somebody else may have written something down since this one began to.
  const theirs = written && written.base !== visitor.notes ? visitor.notes : null;
  return html`<section class="context__section">
    <label class="context__heading" for="visitor-notes">${strings.visitorNotes}</label>
    <textarea
      class="notes"
      id="visitor-notes"
      rows="2"
      dir="auto"
      placeholder=${strings.visitorNotesPlaceholder}
      aria-describedby="visitor-notes-hint"
      aria-invalid=${over > 0 ? 'true' : nothing}
      .value=${text}
      @input=${(event: Event) => actions.onNotes((event.target as HTMLTextAreaElement).value)}
      @keydown=${(event: KeyboardEvent) => {
        if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || over > 0) return;
        event.preventDefault();
        actions.onNotesSave();
      }}
    ></textarea>
    <p class="edit__why" id="visitor-notes-hint">${strings.visitorNotesHint}</p>
    <div role="status">
      ${
        theirs === null
          ? nothing
          : html`<p class="edit__theirs">${strings.visitorNotesChanged}</p>
            <p class="context__quote" dir="auto">${theirs}</p>`
      }
      ${over > 0 ? html`<p class="edit__problem">${strings.visitorNotesOver(over)}</p>` : nothing}
      ${written?.problem ? html`<p class="edit__problem">${strings.editFailed[written.problem]}</p>` : nothing}
    </div>
    ${
      written
        ? html`<div class="edit__buttons">
          <button
            type="button"
            class="button button--primary"
            aria-disabled=${written.busy ? 'true' : nothing}
            ?disabled=${over > 0}
            @click=${actions.onNotesSave}
          >
            ${strings.editSave}
          </button>
          <button type="button" class="button" @click=${actions.onNotesDiscard}>${strings.editCancel}</button>
        </div>`
        : nothing
    }
  </section>`;
}
