-- Step 1 of a look-up by a ticket's code: stores and counts it. Says nothing about whether there is such a ticket. Without a
-- look-up, wait_seconds tells how long the login has to wait.
create function counter.open_scan(code bytea, out ticket uuid, out wait_seconds int)
language plpgsql security definer
set search_path = public, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set lock_timeout = '2s' as $$
begin
    perform verbs.begin();
    if code is null or octet_length(code) <> 16 then
        perform refuse('scans_code_is_whole', 'not the code of a ticket');
    end if;
    wait_seconds := verbs.login_waits();
    if wait_seconds = 0 then
        insert into look_up_tickets (code_hash) values (sha256(code)) returning id into ticket;
    end if;
end $$;
