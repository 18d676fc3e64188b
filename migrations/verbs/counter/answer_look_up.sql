-- Step 2: compares on the server, and notes in the journal whose data is about to be told. The ticket was committed
-- before, so that rolling this back only gives the same answer again. Returns how many reservations it found.
create function counter.answer_look_up(ticket uuid) returns int
language plpgsql security definer
set search_path = public, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set lock_timeout = '2s' as $$
declare
    asked look_up_tickets;
begin
    perform verbs.begin();

    -- A guess is answered within a minute or never: none is kept for later. A walk-up sale has no phone to be found by, and
    -- a ticket that is void finds nothing.
    update look_up_tickets t
    set answered_at = clock_timestamp(), answered_in = pg_current_xact_id(), guess = null,
        reservations = case
            when t.code_hash is not null then array(
                select known.reservation_id from verbs.tickets_as_told known
                where known.code_hash = t.code_hash and known.state = 'valid'
            )
            when t.id_ending is not null then array(
                select r.id from reservations r where right(r.id::text, 10) = t.id_ending and r.deleted_at is null
            )
            when t.vouched_by is not null then array(
                select r.id from reservations r where r.phone_number = t.phone_number and r.deleted_at is null
            )
            else array(
                select r.id from reservations r
                where hashtextextended(r.phone_number || r.password_hash, 0) = hashtextextended(t.phone_number || t.guess, 0)
                    and r.phone_number || r.password_hash = t.phone_number || t.guess
                    and r.phone_number <> '' and r.deleted_at is null
            )
        end
    where t.id = ticket and t.who = session_user and t.answered_at is null
        and t.opened_at > clock_timestamp() - interval '1 minute' and t.opened_in <> pg_current_xact_id()
    returning t.* into asked;
    if not found then
        perform refuse('look_ups_answered_once', 'this look-up was answered, is too old, or is not this login''s');
    end if;
    perform verbs.note(gen_random_uuid(), 'look_up', jsonb_strip_nulls(jsonb_build_object(
        'by', case when asked.code_hash is not null then 'ticket' when asked.id_ending is not null then 'number' end,
        'vouched_by', asked.vouched_by)), reservation)
    from unnest(asked.reservations) as reservation;
    return cardinality(asked.reservations);
end $$;
