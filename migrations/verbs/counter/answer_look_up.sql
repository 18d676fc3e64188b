-- Step 2: compares on the server, and notes in the journal whose data is about to be told. The ticket was committed
-- before, so that rolling this back only gives the same answer again. Returns how many reservations it found.
create function counter.answer_look_up(ticket uuid) returns int
language plpgsql security definer
set search_path = public, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set lock_timeout = '2s' as $$
declare
    found_ids uuid[];
begin
    perform verbs.begin();

    -- A guess is answered within a minute or never: none is kept for later.
    update look_up_tickets t
    set answered_at = clock_timestamp(), answered_in = pg_current_xact_id(), guess = null,
        reservations = array(
            select r.id from reservations r
            where hashtextextended(r.phone_number || r.password_hash, 0) = hashtextextended(t.phone_number || t.guess, 0)
                and r.phone_number || r.password_hash = t.phone_number || t.guess and r.deleted_at is null
        )
    where t.id = ticket and t.who = session_user and t.answered_at is null
        and t.opened_at > clock_timestamp() - interval '1 minute' and t.opened_in <> pg_current_xact_id()
    returning t.reservations into found_ids;
    if not found then
        perform refuse('look_ups_answered_once', 'this look-up was answered, is too old, or is not this login''s');
    end if;
    perform verbs.note(gen_random_uuid(), 'look_up', '{}', reservation) from unnest(found_ids) as reservation;
    return cardinality(found_ids);
end $$;
