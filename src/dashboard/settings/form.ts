// One form: what is being changed, what was there before, what is wrong with it, and whether it is on its way.
import { type ChatError, toChatError } from '../../core/errors.ts';

/** Words beside a field, by the field's name; `''` is for the form as a whole. */
export type Problems = Readonly<Record<string, string>>;

export interface FormOptions<Draft> {
  /** What can be seen to be wrong without asking anybody. */
  check(draft: Draft): Problems;
  /** Resolves with what is kept now; `kept` is what was kept before. */
  save(draft: Draft, kept: Draft): Promise<Draft>;
  /** What a refusal means for which field. */
  explain(error: ChatError): Problems;
  /** Something is to be shown anew. */
  changed(): void;
}

export class Form<Draft extends object> {
  draft: Draft;
  problems: Problems = {};
  saving = false;
  /** Saved, and not touched since. */
  saved = false;
  readonly #options: FormOptions<Draft>;
  #kept: Draft;

  constructor(kept: Draft, options: FormOptions<Draft>) {
    this.draft = kept;
    this.#kept = kept;
    this.#options = options;
  }

  get dirty(): boolean {
    return !same(this.draft, this.#kept);
  }

  set(patch: Partial<Draft>): void {
    this.draft = { ...this.draft, ...patch };
    this.saved = false;
    // What is being corrected is not shouted at, nor is the rest of its list, where places may have moved.
    const touched = Object.keys(patch);
    this.problems = Object.fromEntries(
      Object.entries(this.problems).filter(
        ([name]) => name !== '' && !touched.includes(name.split('.')[0] ?? ''),
      ),
    );
    this.#options.changed();
  }

  discard(): void {
    this.draft = this.#kept;
    this.problems = {};
    this.#options.changed();
  }

  /** Resolves with whether it was saved. */
  async submit(): Promise<boolean> {
    if (this.saving) return false;
    const sent = this.draft;
    this.problems = this.#options.check(sent);
    if (Object.keys(this.problems).length > 0) {
      this.#options.changed();
      return false;
    }
    this.saving = true;
    this.saved = false;
    this.#options.changed();
    try {
      this.#kept = await this.#options.save(sent, this.#kept);
      // What was typed meanwhile is a change of its own.
      if (this.draft === sent) {
        this.draft = this.#kept;
        this.saved = true;
      }
      return true;
    } catch (reason) {
      this.problems = this.#options.explain(toChatError(reason));
      return false;
    } finally {
      this.saving = false;
      this.#options.changed();
    }
  }
}

function same(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
