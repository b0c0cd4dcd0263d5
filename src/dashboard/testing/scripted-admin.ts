// Settings and reports without a project: what is saved is kept here, what is asked is written down.
import type {
  AdminApi,
  AuditEntry,
  CannedResponse,
  IdentityKey,
  Invite,
  Member,
  Report,
  ReportFigures,
  ReportQuery,
  TeamSettings,
} from '../../core/admin-api.ts';

const AT = '2026-11-20T09:00:00Z';

const teamSettings: TeamSettings = {
  teamName: 'Northbound Coffee',
  greeting: 'Hello! Ask us anything about coffee.',
  awayText: 'We are roasting. Leave a message.',
  suggestedQuestions: ['Where is my order?', 'Which grind for a moka pot?'],
  officeHours: null,
  timeZone: 'Europe/Berlin',
  preChatFields: [
    { name: 'email', required: true },
    { name: 'topic', label: 'What is it about?', type: 'select', options: ['An order', 'Something else'] },
  ],
  maxLength: 4000,
  reopenHours: 72,
  waitingAmber: 120,
  waitingRed: 600,
  limits: {
    start: [[5, 3600]],
    send: [
      [10, 10],
      [60, 300],
    ],
  },
  ipHeader: null,
  requireMfa: false,
};

const ada: Member = {
  id: 'a1',
  name: 'Ada',
  avatar: null,
  role: 'admin',
  active: true,
  email: 'ada@example.com',
  availability: 'online',
  lastSeenAt: AT,
  createdAt: AT,
};

export const noFigures: ReportFigures = {
  conversations: 0,
  answered: 0,
  firstResponse: null,
  firstResponseP90: null,
  closed: 0,
  resolution: null,
  resolutionP90: null,
  waiting: 0,
  longestWait: null,
  rated: 0,
  ratingSum: 0,
};

/** Of these days, as a shop has them: busy by day, quiet on Sundays. */
function reportOf({ from, to }: ReportQuery): Report {
  const figures = (conversations: number, seconds: number): ReportFigures => ({
    conversations,
    answered: conversations - 1,
    firstResponse: seconds,
    firstResponseP90: seconds * 6,
    closed: Math.floor(conversations * 0.9),
    resolution: seconds * 40,
    resolutionP90: seconds * 300,
    waiting: 1,
    longestWait: 340,
    rated: Math.ceil(conversations / 3),
    ratingSum: Math.ceil(conversations / 3) * 4,
  });
  const days = [];
  for (let at = Date.parse(from), index = 0; at <= Date.parse(to); at += 86_400_000, index++) {
    const weekday = new Date(at).getUTCDay();
    if (weekday === 0) continue;
    const day = new Date(at).toISOString().slice(0, 10);
    days.push({
      day,
      figures: figures(12 + ((index * 7) % 19) + (weekday === 1 ? 14 : 0), 80 + ((index * 53) % 160)),
    });
  }
  const hours = [1, 2, 3, 4, 5, 6].flatMap((weekday) =>
    [8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 20].map((hour) => ({
      weekday,
      hour,
      figures: figures(1 + ((weekday * 5 + hour * 3) % 11) * (hour === 10 ? 3 : 1), 120),
    })),
  );
  return {
    from,
    to,
    zone: 'Europe/Berlin',
    officeHours: true,
    more: false,
    total: { ...figures(612, 143), waiting: 3 },
    days,
    hours,
    agents: [
      { agent: { id: 'a1', name: 'Maya Brandt' }, figures: figures(301, 96) },
      { agent: { id: 'a2', name: 'Tom Okafor' }, figures: figures(214, 188) },
      { agent: null, figures: { ...figures(97, 410), rated: 0, ratingSum: 0 } },
    ],
  };
}

export class ScriptedAdmin implements AdminApi {
  /** Every change, with what it was given. */
  readonly calls: (readonly [name: string, ...args: unknown[]])[] = [];
  /** What the next call rejects with. */
  refuse: Error | null = null;
  /** Calls wait for this. */
  gate: Promise<void> = Promise.resolve();
  settingsNow: TeamSettings = teamSettings;
  members: Member[] = [
    ada,
    { ...ada, id: 'a2', name: 'Tom Okafor', role: 'agent', email: 'tom@example.com', availability: 'away' },
    { ...ada, id: 'a3', name: 'Lena Sørensen', role: 'agent', active: false, email: 'lena@example.com' },
  ];
  invites: Invite[] = [];
  responses: CannedResponse[] = [
    {
      id: 'c1',
      shortcut: 'hello',
      title: 'Greeting',
      content: 'Hi {{visitor.name}}!',
      shared: true,
      updatedAt: AT,
    },
    { id: 'c2', shortcut: 'sig', title: 'My signature', content: 'Best, Ada', shared: false, updatedAt: AT },
  ];
  keys: IdentityKey[] = [];
  log: AuditEntry[] = [
    {
      id: 2,
      at: AT,
      actor: { id: 'a1', name: 'Ada' },
      action: 'settings.changed',
      subject: 'settings',
      details: { team_name: 'Northbound Coffee', greeting: 'Hello!' },
    },
    {
      id: 1,
      at: AT,
      actor: null,
      action: 'agent.added',
      subject: 'a1',
      details: { name: 'Ada', role: 'admin' },
    },
  ];

  async #pass(): Promise<void> {
    await this.gate;
    const { refuse } = this;
    this.refuse = null;
    if (refuse) throw refuse;
  }

  async #change(name: string, ...args: unknown[]): Promise<void> {
    this.calls.push([name, ...args]);
    await this.#pass();
  }

  async settings() {
    await this.#pass();
    return this.settingsNow;
  }

  async saveSettings(patch: Partial<TeamSettings>) {
    await this.#change('saveSettings', patch);
    this.settingsNow = { ...this.settingsNow, ...patch };
    return this.settingsNow;
  }

  async team() {
    await this.#pass();
    return { members: this.members, invites: this.invites };
  }

  async saveMember(id: string, patch: Parameters<AdminApi['saveMember']>[1]) {
    await this.#change('saveMember', id, patch);
    const saved = { ...(this.members.find((member) => member.id === id) as Member), ...patch };
    this.members = this.members.map((member) => (member.id === id ? saved : member));
    return saved;
  }

  async invite(role: Member['role']) {
    await this.#change('invite', role);
    const invite: Invite = {
      id: `i${this.invites.length + 1}`,
      role,
      createdAt: AT,
      expiresAt: '2026-11-23T09:00:00Z',
      createdBy: { id: 'a1', name: 'Ada' },
    };
    this.invites = [invite, ...this.invites];
    return { invite, token: 'inv1_secret' };
  }

  async withdrawInvite(id: string) {
    await this.#change('withdrawInvite', id);
    this.invites = this.invites.filter((invite) => invite.id !== id);
  }

  async join(token: string, name: string) {
    await this.#change('join', token, name);
  }

  async saveName(name: string) {
    await this.#change('saveName', name);
  }

  async cannedResponses() {
    await this.#pass();
    return this.responses;
  }

  async saveCannedResponse(id: string | null, draft: Parameters<AdminApi['saveCannedResponse']>[1]) {
    await this.#change('saveCannedResponse', id, draft);
    const saved = { ...draft, id: id ?? `c${this.responses.length + 1}`, updatedAt: AT };
    this.responses = [...this.responses.filter((response) => response.id !== saved.id), saved];
    return saved;
  }

  async deleteCannedResponse(id: string) {
    await this.#change('deleteCannedResponse', id);
    this.responses = this.responses.filter((response) => response.id !== id);
  }

  async identityKeys() {
    await this.#pass();
    return this.keys;
  }

  async addIdentityKey() {
    await this.#change('addIdentityKey');
    const key = { kid: `kid-${this.keys.length + 1}`, createdAt: AT };
    this.keys = [...this.keys, key];
    return { key, secret: 'idk1_secret' };
  }

  async removeIdentityKey(kid: string) {
    await this.#change('removeIdentityKey', kid);
    this.keys = this.keys.filter((key) => key.kid !== kid);
  }

  async audit(before: number | null) {
    await this.#pass();
    return { entries: this.log.filter(({ id }) => before === null || id < before), more: false };
  }

  /** What the next reports say; by default those of a busy shop. */
  reportNow: Report | null = null;

  async report(query: ReportQuery) {
    await this.#change('report', query);
    return this.reportNow ?? reportOf(query);
  }
}
