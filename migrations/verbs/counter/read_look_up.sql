-- Step 3: what the look-up found, for ten minutes. That it was found is in the journal by now: the answer was committed. By a
-- ticket a customer is told masked: whoever finds one on the floor learns no phone.
create function counter.read_look_up(ticket uuid) returns table (
    reservation_id uuid, concert_id uuid, title text, venue text, starts_at timestamptz, status reservation_status,
    walk_up boolean, customer_name text, phone_number text, created_at timestamptz, cancelled_at timestamptz, seats jsonb
)
language plpgsql security definer
set search_path = public, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set lock_timeout = '2s' as $$
#variable_conflict use_column
begin
    perform verbs.begin();
    return query
    select r.id, r.concert_id, c.title, c.venue, c.starts_at, r.status, r.walk_up,
        case when r.walk_up then '' when t.code_hash is null then r.customer_name else verbs.mask_name(r.customer_name) end,
        case when t.code_hash is null or r.walk_up then r.phone_number else verbs.mask_phone(r.phone_number) end,
        r.created_at, r.cancelled_at, verbs.seats_sold(r.id)
    from look_up_tickets t
    join reservations r on r.id = any (t.reservations)
    join concerts c on c.id = r.concert_id
    where t.id = ticket and t.who = session_user and t.answered_in <> pg_current_xact_id()
        and t.answered_at > clock_timestamp() - interval '10 minutes'
    order by r.status, c.starts_at, r.created_at;
end $$;
