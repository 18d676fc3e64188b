-- Gives this login a password that only its PC knows, in place of the one in the file that a manager made. Once: from
-- COMMIT on the file opens nothing.
create function counter.enrol(operation uuid, verifier text) returns void
language plpgsql security definer set search_path = public, pg_temp set lock_timeout = '2s' as $$
declare
    me constant text := session_user;
    enrols_until timestamptz;
begin
    perform verbs.begin();
    perform verbs.check_verifier(verifier);

    -- Lock: two PCs with one file.
    perform verbs.lock_login();

    -- Look. The server asks for the time only when somebody connects.
    select r.rolvaliduntil into enrols_until from pg_roles r where r.rolname = me;
    if enrols_until is null or not isfinite(enrols_until) then
        perform refuse('enrolments_once', 'this login needs no enrolment');
    end if;
    if enrols_until < clock_timestamp() then
        perform refuse('enrolments_in_time', 'the time of this file is over');
    end if;

    -- Write.
    execute format('alter role %I password %L valid until %L', me, verifier, 'infinity');
    perform verbs.note(operation, 'manage', jsonb_build_object('what', 'enrol', 'login', me));
end $$;
