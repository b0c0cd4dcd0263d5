// Settings and reports without a project: what is saved is kept here, what is asked is written down.
import type {
  AdminApi,
  AuditEntry,
  CannedResponse,
  IdentityKey,
  Invite,
  Member,
  TeamSettings,
} from '../../core/admin-api.ts';

const AT = '2026-11-20T09:00:00Z';

export const teamSettings: TeamSettings = {
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
}
