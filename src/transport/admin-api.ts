import type { AdminApi, TeamSettings } from '../core/admin-api.ts';
import { readDesk } from './desk-rows.ts';
import { object } from './read.ts';
import type { Rpc } from './rpc.ts';

/** The functions behind settings and reports, `desk_*`. Who calls is in the token that `rpc` sends. */
export function createAdminApi(rpc: Rpc): AdminApi {
  return {
    settings: async () => toSettings((await rpc('desk_settings_read', {})).settings),
    saveSettings: async (patch) =>
      toSettings((await rpc('desk_settings_save', { p_settings: toColumns(patch) })).settings),
    async team() {
      const row = await rpc('desk_agents_list', {});
      return {
        members: readDesk('member[]', row.agents, 'agents'),
        invites: readDesk('invite[]', row.invites, 'invites'),
      };
    },
    async saveMember(id, { role = null, active = null, name = null }) {
      const row = await rpc('desk_agents_save', {
        p_agent: id,
        p_role: role,
        p_active: active,
        p_name: name,
      });
      return readDesk('member', row.agent, 'agent');
    },
    async invite(role) {
      const row = await rpc('desk_agents_invite', { p_role: role });
      return { invite: readDesk('invite', row.invite), token: readDesk('text', row.token, 'token') };
    },
    async withdrawInvite(id) {
      await rpc('desk_agents_uninvite', { p_invite: id });
    },
    async join(token, name) {
      await rpc('desk_agents_join', { p_token: token, p_name: name });
    },
    async saveName(name) {
      await rpc('desk_profile_save', { p_name: name });
    },
    async cannedResponses() {
      return readDesk('canned_response[]', (await rpc('desk_canned_list', {})).responses, 'responses');
    },
    async saveCannedResponse(id, { shortcut, title, content, shared }) {
      const row = await rpc('desk_canned_save', {
        p_id: id,
        p_shortcut: shortcut,
        p_title: title,
        p_content: content,
        p_shared: shared,
      });
      return readDesk('canned_response', row.response, 'response');
    },
    async deleteCannedResponse(id) {
      await rpc('desk_canned_delete', { p_id: id });
    },
    async identityKeys() {
      return readDesk('identity_key[]', (await rpc('desk_identity_list', {})).keys, 'keys');
    },
    async addIdentityKey() {
      const row = await rpc('desk_identity_add', {});
      return {
        key: readDesk('identity_key', row.key, 'key'),
        secret: readDesk('text', row.secret, 'secret'),
      };
    },
    async removeIdentityKey(kid) {
      await rpc('desk_identity_remove', { p_kid: kid });
    },
    async audit(before) {
      const row = await rpc('desk_audit_list', { p_before: before });
      return { entries: readDesk('audit_entry[]', row.entries, 'entries'), more: row.more === true };
    },
    async report({ from, to, officeHours }) {
      const row = await rpc('desk_report', { p_from: from, p_to: to, p_office_hours: officeHours });
      return {
        from: readDesk('text', row.from, 'from'),
        to: readDesk('text', row.to, 'to'),
        zone: readDesk('text', row.zone, 'zone'),
        officeHours: row.office_hours === true,
        more: row.more === true,
        total: readDesk('report_figures', row.total, 'total'),
        days: readDesk('report_day[]', row.days, 'days'),
        hours: readDesk('report_hour[]', row.hours, 'hours'),
        agents: readDesk('report_agent[]', row.agents, 'agents'),
      };
    },
  };
}

/** The database lets nothing in but what its own checks can read. */
function toSettings(value: unknown): TeamSettings {
  const row = readDesk('team_settings', value, 'settings');
  object(row.limits, 'settings.limits');
  return row as TeamSettings;
}

function toColumns(patch: Partial<TeamSettings>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(patch).map(([key, value]) => [
      key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      value,
    ]),
  );
}
