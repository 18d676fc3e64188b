-- Gives up what is left of a hold of this login. Returns how many seats; doing it twice is harmless, and the second time
-- frees none.
create function counter.release_hold(operation uuid, hold uuid, held uuid[]) returns int
language plpgsql security definer
set search_path = public, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set lock_timeout = '2s' as $$
declare
    me constant text := session_user;
    concert uuid;
    freed uuid[];
begin
    perform verbs.begin();

    -- Lock, in id order.
    select (array_agg(locked.concert_id))[1], array_agg(locked.id) into concert, freed
    from (
        select s.id, s.concert_id from seats s
        where s.id = any (held) and s.hold_token = hold and s.held_by = me
        order by s.id
        for update
    ) as locked;

    -- Write. The journal says also of a hold that was over that it was given up: whoever asks after a lost answer is
    -- told that.
    update seats s
    set status = 'available', hold_token = null, held_by = null, held_on = null, hold_expires_at = null,
        last_held_by = me, last_hold_ended_at = clock_timestamp(),
        updated_at = clock_timestamp(), changed_in = pg_current_xact_id()
    where s.id = any (freed);
    perform verbs.note(operation, 'release', jsonb_build_object(
        'concert', concert, 'hold', hold, 'seats', to_jsonb(coalesce(freed, '{}'))));
    return coalesce(cardinality(freed), 0);
end $$;
