-- Makes the login of a new PC.
create function manager.add_login(operation uuid, of_group text, login text, password text) returns void
language plpgsql security definer set search_path = public, pg_temp set lock_timeout = '2s' as $$
begin
    perform verbs.begin();
    if of_group is null or of_group not in ('counter', 'manager') then
        perform refuse('logins_group_known', 'a login is a counter''s or a manager''s');
    end if;
    perform verbs.check_new_login(login);
    if password is null or char_length(password) not between 8 and 64 then
        perform refuse('logins_password_length', 'the password is too short or too long', 64);
    end if;
    -- As many connections as the set-up gives: a program opens six at most.
    execute format('create role %I login in role %I connection limit 16 password %L', login, of_group, password);
    perform verbs.note_managing(operation, 'add_login', null, jsonb_build_object('login', login, 'group', of_group));
end $$;
