-- Makes the login of a new PC. One that exists is never changed: whoever could give another manager a password would be
-- that manager.
create function manager.add_login(operation uuid, of_group text, login text, password text) returns void
language plpgsql security definer set search_path = public, pg_temp set lock_timeout = '2s' as $$
begin
    perform verbs.begin();
    case
        when of_group is null or of_group not in ('counter', 'manager') then
            perform refuse('logins_group_known', 'a login is a counter''s or a manager''s');
        when login is null or login !~ '^[a-z][a-z0-9_]{0,39}$' or login ~ '^pg_' or login in ('public', 'none') then
            perform refuse('logins_name_is_plain', 'a login has small letters, digits and _', 40);
        when password is null or char_length(password) not between 8 and 64 then
            perform refuse('logins_password_length', 'the password is too short or too long', 64);
        when exists (select from pg_roles r where r.rolname = login)
            or exists (select from counters c where c.login = add_login.login or c.display_name = add_login.login) then
            perform refuse('logins_name_is_free', 'there is or was a login of this name, or a counter is called so');
        else null;
    end case;
    -- As many connections as the set-up gives: a program opens six at most.
    execute format('create role %I login in role %I connection limit 16 password %L', login, of_group, password);
    perform verbs.note_managing(operation, 'add_login', null, jsonb_build_object('login', login, 'group', of_group));
end $$;
