-- The API's table of contents: everything a browser can call, at POST /rest/v1/rpc/<name>. Each is one line
-- that leads to the function of the same name behind the wall, so nothing in the exposed schema has rights
-- of its own. (Dropping a function behind fails while its wrapper stands: drop the wrapper first.)

-- Visitors. The token is the visitor's secret.

create function public.chat_open(p_token text default null, p_page jsonb default null)
returns jsonb language sql set search_path = ''
begin atomic select support_chat.chat_open(p_token, p_page); end;

create function public.chat_start(
  p_token text, p_session_client_id uuid, p_client_id uuid, p_content text, p_page jsonb default null,
  p_profile jsonb default null
)
returns jsonb language sql set search_path = ''
begin atomic select support_chat.chat_start(p_token, p_session_client_id, p_client_id, p_content, p_page, p_profile); end;

create function public.chat_send(p_token text, p_session uuid, p_client_id uuid, p_content text)
returns jsonb language sql set search_path = ''
begin atomic select support_chat.chat_send(p_token, p_session, p_client_id, p_content); end;

create function public.chat_history(
  p_token text, p_session uuid, p_after integer default null, p_before integer default null,
  p_limit integer default 50
)
returns jsonb language sql set search_path = ''
begin atomic select support_chat.chat_history(p_token, p_session, p_after, p_before, p_limit); end;

create function public.chat_sync(p_token text, p_known jsonb default '[]', p_page jsonb default null)
returns jsonb language sql set search_path = ''
begin atomic select support_chat.chat_sync(p_token, p_known, p_page); end;

create function public.chat_read(p_token text, p_session uuid, p_seq integer)
returns jsonb language sql set search_path = ''
begin atomic select support_chat.chat_read(p_token, p_session, p_seq); end;

create function public.chat_typing(p_token text, p_session uuid)
returns jsonb language sql set search_path = ''
begin atomic select support_chat.chat_typing(p_token, p_session); end;

create function public.chat_close(p_token text, p_session uuid)
returns jsonb language sql set search_path = ''
begin atomic select support_chat.chat_close(p_token, p_session); end;

create function public.chat_reopen(p_token text, p_session uuid)
returns jsonb language sql set search_path = ''
begin atomic select support_chat.chat_reopen(p_token, p_session); end;

create function public.chat_rate(p_token text, p_session uuid, p_rating integer, p_comment text default null)
returns jsonb language sql set search_path = ''
begin atomic select support_chat.chat_rate(p_token, p_session, p_rating, p_comment); end;

create function public.chat_update_profile(
  p_token text, p_name text default null, p_email text default null, p_locale text default null,
  p_attributes jsonb default null
)
returns jsonb language sql set search_path = ''
begin atomic select support_chat.chat_update_profile(p_token, p_name, p_email, p_locale, p_attributes); end;

create function public.chat_claim(p_token text default null)
returns jsonb language sql set search_path = ''
begin atomic select support_chat.chat_claim(p_token); end;

create function public.chat_identify(p_token text, p_identity text, p_new_token text)
returns jsonb language sql set search_path = ''
begin atomic select support_chat.chat_identify(p_token, p_identity, p_new_token); end;

create function public.chat_erase(p_token text)
returns jsonb language sql set search_path = ''
begin atomic select support_chat.chat_erase(p_token); end;

-- Agents. Who calls is in the JWT.

create function public.desk_open(p_tab text default 'mine', p_sort text default 'waiting')
returns jsonb language sql set search_path = ''
begin atomic select support_chat.desk_open(p_tab, p_sort); end;

create function public.desk_inbox(
  p_tab text, p_sort text default 'waiting', p_cursor text default null, p_limit integer default 50,
  p_filter jsonb default null
)
returns jsonb language sql set search_path = ''
begin atomic select support_chat.desk_inbox(p_tab, p_sort, p_cursor, p_limit, p_filter); end;

create function public.desk_sync(p_known jsonb default '[]', p_since timestamptz default null)
returns jsonb language sql set search_path = ''
begin atomic select support_chat.desk_sync(p_known, p_since); end;

create function public.desk_session(p_session uuid)
returns jsonb language sql set search_path = ''
begin atomic select support_chat.desk_session(p_session); end;

create function public.desk_history(
  p_session uuid, p_after integer default null, p_before integer default null, p_limit integer default 50
)
returns jsonb language sql set search_path = ''
begin atomic select support_chat.desk_history(p_session, p_after, p_before, p_limit); end;

create function public.desk_send(p_session uuid, p_client_id uuid, p_content text, p_kind text default 'text')
returns jsonb language sql set search_path = ''
begin atomic select support_chat.desk_send(p_session, p_client_id, p_content, p_kind); end;

create function public.desk_assign(p_session uuid, p_agent uuid default null, p_from uuid default null)
returns jsonb language sql set search_path = ''
begin atomic select support_chat.desk_assign(p_session, p_agent, p_from); end;

create function public.desk_close(p_session uuid, p_seen integer default null)
returns jsonb language sql set search_path = ''
begin atomic select support_chat.desk_close(p_session, p_seen); end;

create function public.desk_reopen(p_session uuid)
returns jsonb language sql set search_path = ''
begin atomic select support_chat.desk_reopen(p_session); end;

create function public.desk_read(p_session uuid, p_seq integer)
returns jsonb language sql set search_path = ''
begin atomic select support_chat.desk_read(p_session, p_seq); end;

create function public.desk_unread(p_session uuid)
returns jsonb language sql set search_path = ''
begin atomic select support_chat.desk_unread(p_session); end;

create function public.desk_typing(p_session uuid)
returns jsonb language sql set search_path = ''
begin atomic select support_chat.desk_typing(p_session); end;

create function public.desk_snooze(p_session uuid, p_until timestamptz default null, p_seen integer default null)
returns jsonb language sql set search_path = ''
begin atomic select support_chat.desk_snooze(p_session, p_until, p_seen); end;

create function public.desk_set_priority(p_session uuid, p_priority text)
returns jsonb language sql set search_path = ''
begin atomic select support_chat.desk_set_priority(p_session, p_priority); end;

create function public.desk_tag(p_session uuid, p_add text[] default '{}', p_remove text[] default '{}')
returns jsonb language sql set search_path = ''
begin atomic select support_chat.desk_tag(p_session, p_add, p_remove); end;

create function public.desk_tags()
returns jsonb language sql set search_path = ''
begin atomic select support_chat.desk_tags(); end;

create function public.desk_visitor(p_visitor uuid, p_cursor text default null)
returns jsonb language sql set search_path = ''
begin atomic select support_chat.desk_visitor(p_visitor, p_cursor); end;

create function public.desk_update_visitor(
  p_visitor uuid, p_name text default null, p_email text default null, p_notes text default null
)
returns jsonb language sql set search_path = ''
begin atomic select support_chat.desk_update_visitor(p_visitor, p_name, p_email, p_notes); end;

create function public.desk_block(p_visitor uuid, p_until timestamptz default null)
returns jsonb language sql set search_path = ''
begin atomic select support_chat.desk_block(p_visitor, p_until); end;

create function public.desk_presence(p_availability text, p_viewing uuid default null)
returns jsonb language sql set search_path = ''
begin atomic select support_chat.desk_presence(p_availability, p_viewing); end;

create function public.desk_search(p_query text, p_limit integer default 30)
returns jsonb language sql set search_path = ''
begin atomic select support_chat.desk_search(p_query, p_limit); end;

-- What the team manages.

create function public.desk_settings_read()
returns jsonb language sql set search_path = ''
begin atomic select support_chat.desk_settings_read(); end;

create function public.desk_settings_save(p_settings jsonb)
returns jsonb language sql set search_path = ''
begin atomic select support_chat.desk_settings_save(p_settings); end;

create function public.desk_agents_list()
returns jsonb language sql set search_path = ''
begin atomic select support_chat.desk_agents_list(); end;

create function public.desk_agents_save(
  p_agent uuid, p_role text default null, p_active boolean default null, p_name text default null
)
returns jsonb language sql set search_path = ''
begin atomic select support_chat.desk_agents_save(p_agent, p_role, p_active, p_name); end;

create function public.desk_agents_invite(p_role text default 'agent')
returns jsonb language sql set search_path = ''
begin atomic select support_chat.desk_agents_invite(p_role); end;

create function public.desk_agents_uninvite(p_invite uuid)
returns jsonb language sql set search_path = ''
begin atomic select support_chat.desk_agents_uninvite(p_invite); end;

create function public.desk_agents_join(p_token text, p_name text)
returns jsonb language sql set search_path = ''
begin atomic select support_chat.desk_agents_join(p_token, p_name); end;

create function public.desk_profile_save(p_name text default null, p_avatar text default null)
returns jsonb language sql set search_path = ''
begin atomic select support_chat.desk_profile_save(p_name, p_avatar); end;

create function public.desk_identity_list()
returns jsonb language sql set search_path = ''
begin atomic select support_chat.desk_identity_list(); end;

create function public.desk_identity_add()
returns jsonb language sql set search_path = ''
begin atomic select support_chat.desk_identity_add(); end;

create function public.desk_identity_remove(p_kid text)
returns jsonb language sql set search_path = ''
begin atomic select support_chat.desk_identity_remove(p_kid); end;

create function public.desk_canned_list()
returns jsonb language sql set search_path = ''
begin atomic select support_chat.desk_canned_list(); end;

create function public.desk_canned_save(
  p_id uuid, p_shortcut text, p_title text, p_content text, p_shared boolean default false
)
returns jsonb language sql set search_path = ''
begin atomic select support_chat.desk_canned_save(p_id, p_shortcut, p_title, p_content, p_shared); end;

create function public.desk_canned_delete(p_id uuid)
returns jsonb language sql set search_path = ''
begin atomic select support_chat.desk_canned_delete(p_id); end;

create function public.desk_audit_list(p_before bigint default null, p_limit integer default 50)
returns jsonb language sql set search_path = ''
begin atomic select support_chat.desk_audit_list(p_before, p_limit); end;

create function public.desk_report(
  p_from text, p_to text, p_zone text default null, p_office_hours boolean default false
)
returns jsonb language sql set search_path = ''
begin atomic select support_chat.desk_report(p_from, p_to, p_zone, p_office_hours); end;

revoke all on function
  public.chat_open(text, jsonb),
  public.chat_start(text, uuid, uuid, text, jsonb, jsonb),
  public.chat_send(text, uuid, uuid, text),
  public.chat_history(text, uuid, integer, integer, integer),
  public.chat_sync(text, jsonb, jsonb),
  public.chat_read(text, uuid, integer),
  public.chat_typing(text, uuid),
  public.chat_close(text, uuid),
  public.chat_reopen(text, uuid),
  public.chat_rate(text, uuid, integer, text),
  public.chat_update_profile(text, text, text, text, jsonb),
  public.chat_claim(text),
  public.chat_identify(text, text, text),
  public.chat_erase(text),
  public.desk_open(text, text),
  public.desk_inbox(text, text, text, integer, jsonb),
  public.desk_sync(jsonb, timestamptz),
  public.desk_session(uuid),
  public.desk_history(uuid, integer, integer, integer),
  public.desk_send(uuid, uuid, text, text),
  public.desk_assign(uuid, uuid, uuid),
  public.desk_close(uuid, integer),
  public.desk_reopen(uuid),
  public.desk_read(uuid, integer),
  public.desk_unread(uuid),
  public.desk_typing(uuid),
  public.desk_snooze(uuid, timestamptz, integer),
  public.desk_set_priority(uuid, text),
  public.desk_tag(uuid, text[], text[]),
  public.desk_tags(),
  public.desk_visitor(uuid, text),
  public.desk_update_visitor(uuid, text, text, text),
  public.desk_block(uuid, timestamptz),
  public.desk_presence(text, uuid),
  public.desk_search(text, integer),
  public.desk_settings_read(),
  public.desk_settings_save(jsonb),
  public.desk_agents_list(),
  public.desk_agents_save(uuid, text, boolean, text),
  public.desk_agents_invite(text),
  public.desk_agents_uninvite(uuid),
  public.desk_agents_join(text, text),
  public.desk_profile_save(text, text),
  public.desk_identity_list(),
  public.desk_identity_add(),
  public.desk_identity_remove(text),
  public.desk_canned_list(),
  public.desk_canned_save(uuid, text, text, text, boolean),
  public.desk_canned_delete(uuid),
  public.desk_audit_list(bigint, integer),
  public.desk_report(text, text, text, boolean)
from public, anon, authenticated, service_role;

grant execute on function
  public.chat_open(text, jsonb),
  public.chat_start(text, uuid, uuid, text, jsonb, jsonb),
  public.chat_send(text, uuid, uuid, text),
  public.chat_history(text, uuid, integer, integer, integer),
  public.chat_sync(text, jsonb, jsonb),
  public.chat_read(text, uuid, integer),
  public.chat_typing(text, uuid),
  public.chat_close(text, uuid),
  public.chat_reopen(text, uuid),
  public.chat_rate(text, uuid, integer, text),
  public.chat_update_profile(text, text, text, text, jsonb),
  public.chat_claim(text),
  public.chat_identify(text, text, text),
  public.chat_erase(text),
  public.desk_open(text, text),
  public.desk_inbox(text, text, text, integer, jsonb),
  public.desk_sync(jsonb, timestamptz),
  public.desk_session(uuid),
  public.desk_history(uuid, integer, integer, integer),
  public.desk_send(uuid, uuid, text, text),
  public.desk_assign(uuid, uuid, uuid),
  public.desk_close(uuid, integer),
  public.desk_reopen(uuid),
  public.desk_read(uuid, integer),
  public.desk_unread(uuid),
  public.desk_typing(uuid),
  public.desk_snooze(uuid, timestamptz, integer),
  public.desk_set_priority(uuid, text),
  public.desk_tag(uuid, text[], text[]),
  public.desk_tags(),
  public.desk_visitor(uuid, text),
  public.desk_update_visitor(uuid, text, text, text),
  public.desk_block(uuid, timestamptz),
  public.desk_presence(text, uuid),
  public.desk_search(text, integer),
  public.desk_settings_read(),
  public.desk_settings_save(jsonb),
  public.desk_agents_list(),
  public.desk_agents_save(uuid, text, boolean, text),
  public.desk_agents_invite(text),
  public.desk_agents_uninvite(uuid),
  public.desk_agents_join(text, text),
  public.desk_profile_save(text, text),
  public.desk_identity_list(),
  public.desk_identity_add(),
  public.desk_identity_remove(text),
  public.desk_canned_list(),
  public.desk_canned_save(uuid, text, text, text, boolean),
  public.desk_canned_delete(uuid),
  public.desk_audit_list(bigint, integer),
  public.desk_report(text, text, text, boolean)
to anon, authenticated;

insert into support_chat.migrations (version, topic) values ('20261120091400', 'api');
