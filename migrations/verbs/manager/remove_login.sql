-- Takes a login its rights: from COMMIT on it calls no verb, also over a connection that is open. It waits
-- for nothing that the login may have locked.
create function manager.remove_login(operation uuid, login text) returns void
language plpgsql security definer set search_path = public, pg_temp set lock_timeout = '2s' as $$
declare
    was_group text;
begin
    perform verbs.begin();
    if login = session_user then
        perform refuse('logins_remove_another', 'nobody removes himself');
    end if;
    select l.of_group into was_group from verbs.logins l where l.login = remove_login.login;
    if not found then
        perform refuse('logins_known', 'there is no such login');
    end if;
    execute format('alter role %I nologin connection limit 0', login);
    execute format('revoke counter, manager from %I', login);
    perform verbs.note_managing(operation, 'remove_login', null, jsonb_build_object('login', login, 'group', was_group));
end $$;
