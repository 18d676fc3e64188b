-- Makes the login of a new counter, whose PC is to enrol until then with the password of a file. Afterwards the server
-- itself refuses that password.
create function manager.open_enrolment(operation uuid, login text, verifier text, enrols_until timestamptz) returns void
language plpgsql security definer set search_path = public, pg_temp set lock_timeout = '2s' as $$
begin
    perform verbs.begin();
    perform verbs.check_new_login(login);
    perform verbs.check_verifier(verifier);
    if enrols_until is null or enrols_until not between clock_timestamp() and clock_timestamp() + interval '31 days' then
        perform refuse('enrolments_end', 'a file is good for some days');
    end if;
    -- As many connections as the set-up gives: a program opens six at most.
    execute format('create role %I login in role counter connection limit 16 password %L valid until %L',
        login, verifier, enrols_until);
    perform verbs.note_managing(operation, 'open_enrolment', null, jsonb_build_object(
        'login', login, 'enrols_until', enrols_until));
end $$;
