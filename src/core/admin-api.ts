import type { DESK_SHAPES } from './desk-shapes.ts';
import type { Read, VISITOR_SHAPES } from './shapes.ts';

// What settings and reports need of the project. Apart from the desk: nothing of it is live, and nothing is kept
// between two visits of a page.

type Shapes = typeof VISITOR_SHAPES & typeof DESK_SHAPES;
type Row<Name extends keyof Shapes> = Read<Shapes, Name>;

export type TeamSettings = Omit<Row<'team_settings'>, 'officeHours' | 'preChatFields' | 'limits'> & {
  readonly officeHours: OfficeHours | null;
  readonly preChatFields: readonly PreChatQuestion[];
  readonly limits: Limits;
};

export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Day = (typeof DAYS)[number];
/** `["09:00", "17:30"]`; the end may be `24:00`. */
type Span = readonly [from: string, to: string];
/** Days left out are closed. */
export type OfficeHours = { readonly [Key in Day]?: readonly Span[] };

/** A field before a chat, as the database keeps it. */
export interface PreChatQuestion {
  readonly name: string;
  readonly label?: string;
  readonly type?: 'text' | 'tel' | 'select' | 'checkbox';
  readonly options?: readonly string[];
  readonly required?: boolean;
}

/** Of each action: `[times, seconds]`, and every pair must hold. */
export type Limits = Readonly<Record<string, readonly (readonly [times: number, seconds: number])[]>>;

export type Member = Row<'member'>;
export type Invite = Row<'invite'>;
export type IdentityKey = Row<'identity_key'>;
export type AuditEntry = Row<'audit_entry'>;
export type CannedResponse = Row<'canned_response'>;

export type ReportFigures = Row<'report_figures'>;

export interface ReportQuery {
  /** Days, `2026-11-20`; at most 366 of them. */
  readonly from: string;
  readonly to: string;
  /** Count only time within office hours. */
  readonly officeHours: boolean;
}

export interface Report {
  readonly from: string;
  readonly to: string;
  readonly zone: string;
  /** Whether the team has any. */
  readonly officeHours: boolean;
  /** There were more conversations than it counts. */
  readonly more: boolean;
  readonly total: ReportFigures;
  /** Without those on which nothing began. */
  readonly days: readonly Row<'report_day'>[];
  readonly hours: readonly Row<'report_hour'>[];
  /** Null is nobody. */
  readonly agents: readonly Row<'report_agent'>[];
}

interface MemberPatch {
  readonly role?: Member['role'];
  readonly active?: boolean;
  readonly name?: string;
}

export interface CannedDraft {
  readonly shortcut: string;
  readonly title: string;
  readonly content: string;
  readonly shared: boolean;
}

/** Rejects with a ChatError and nothing else; `details.field` then says which setting is wrong. */
export interface AdminApi {
  settings(): Promise<TeamSettings>;
  /** Changes what is given and leaves the rest. */
  saveSettings(patch: Partial<TeamSettings>): Promise<TeamSettings>;
  team(): Promise<{ readonly members: readonly Member[]; readonly invites: readonly Invite[] }>;
  saveMember(id: string, patch: MemberPatch): Promise<Member>;
  /** The token is told this once. */
  invite(role: Member['role']): Promise<{ readonly invite: Invite; readonly token: string }>;
  withdrawInvite(id: string): Promise<void>;
  /** Makes whoever is signed in an agent. */
  join(token: string, name: string): Promise<void>;
  /** Of whoever is signed in. */
  saveName(name: string): Promise<void>;
  cannedResponses(): Promise<readonly CannedResponse[]>;
  /** Null as `id` makes a new one. */
  saveCannedResponse(id: string | null, draft: CannedDraft): Promise<CannedResponse>;
  deleteCannedResponse(id: string): Promise<void>;
  identityKeys(): Promise<readonly IdentityKey[]>;
  /** The secret is told this once. */
  addIdentityKey(): Promise<{ readonly key: IdentityKey; readonly secret: string }>;
  removeIdentityKey(kid: string): Promise<void>;
  /** What was changed, newest first; `before` is the id of the last entry known. */
  audit(before: number | null): Promise<{ readonly entries: readonly AuditEntry[]; readonly more: boolean }>;
  /** For every agent. */
  report(query: ReportQuery): Promise<Report>;
}
