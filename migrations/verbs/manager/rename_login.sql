-- Says how another login is called. No two are called alike, and none by another's login.
create function manager.rename_login(operation uuid, login text, name text) returns void
language plpgsql security definer set search_path = public, pg_temp set lock_timeout = '2s' as $$
declare
    before text;
begin
    perform verbs.begin();
    if not exists (select from verbs.logins l where l.login = rename_login.login) then
        perform refuse('logins_known', 'there is no such login');
    end if;
    if exists (select from pg_roles r where r.rolname = name and r.rolname <> rename_login.login) then
        perform refuse('counters_display_name_key', 'this is the login of another counter');
    end if;
    select c.display_name into before from counters c where c.login = rename_login.login for no key update;
    insert into counters (login, display_name) values (login, name)
    on conflict on constraint counters_pkey do update set display_name = excluded.display_name;
    perform verbs.note_managing(operation, 'rename_login', null, jsonb_build_object(
        'login', login, 'name', name, 'was', before));
end $$;
