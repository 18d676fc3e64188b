-- Says how other counters see this login. No two are called alike, and none by another's login.
create function counter.rename(name text) returns void
language plpgsql security definer set search_path = public, pg_temp set lock_timeout = '2s' as $$
declare
    me constant text := session_user;
begin
    perform verbs.begin();
    perform verbs.lock_login();
    if exists (select from pg_roles r where r.rolname = name and r.rolname <> me) then
        perform refuse('counters_display_name_key', 'this is the login of another counter');
    end if;
    update counters c set display_name = name where c.login = me and c.display_name is distinct from name;
end $$;
