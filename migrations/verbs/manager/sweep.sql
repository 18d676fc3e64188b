-- Frees up to 500 seats whose hold has expired, from where the last batch ended; passes over locked ones, so that any
-- number may sweep. No disk is waited for: what a crash undoes, the next pass does again.
create function manager.sweep(
    operation uuid, since timestamptz, freed_before int, every int, out freed int, out until timestamptz
)
language plpgsql security definer
set search_path = public, pg_temp set plan_cache_mode = force_generic_plan set lock_timeout = '2s' as $$
declare
    expired uuid[];
begin
    perform verbs.begin();

    -- Lock and look. The expiry is checked on the locked row: a hold that was taken over in between is live again. From
    -- where the last batch ended: the index still has all that it freed.
    select array_agg(locked.id), max(locked.hold_expires_at) into expired, until
    from (
        select s.id, s.hold_expires_at from seats s
        where s.status = 'temporarily_held' and s.hold_expires_at <= statement_timestamp()
            and s.hold_expires_at >= coalesce(since, '-infinity')
        order by s.hold_expires_at
        limit 500
        for update skip locked
    ) as locked;
    freed := coalesce(cardinality(expired), 0);

    -- Write.
    perform set_config('synchronous_commit', 'off', true);
    if freed > 0 then
        update seats s
        set status = 'available', hold_token = null, held_by = null, held_on = null, hold_expires_at = null,
            last_held_by = s.held_by, last_hold_ended_at = s.hold_expires_at,
            updated_at = clock_timestamp(), changed_in = pg_current_xact_id()
        where s.id = any (expired);
        perform verbs.note(operation, 'sweep', jsonb_build_object('seats', to_jsonb(expired)));
    end if;
    insert into sweepers (login, last_pass_at, freed_last_pass, freed_in_all, every_seconds)
    values (session_user, clock_timestamp(), freed_before + freed, freed, every)
    on conflict (login) do update set last_pass_at = excluded.last_pass_at, freed_last_pass = excluded.freed_last_pass,
        freed_in_all = sweepers.freed_in_all + excluded.freed_in_all, every_seconds = excluded.every_seconds;
end $$;
