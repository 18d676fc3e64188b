-- Issues a ticket for each seat of a reservation, to be printed: one that this login sold within a day, or looked up
-- within the last ten minutes. Those issued before are void.
create function counter.issue_tickets(operation uuid, reservation uuid) returns setof verbs.issued_ticket
language plpgsql security definer
set search_path = public, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set lock_timeout = '2s' as $$
begin
    perform verbs.begin();
    if not verbs.looked_up(reservation) and not exists (
        select from reservations r
        where r.id = reservation and r.sold_by = session_user and r.created_at > clock_timestamp() - interval '1 day'
    ) then
        perform refuse('tickets_need_ticket', 'a reservation is printed after it was sold here or looked up');
    end if;
    return query select * from verbs.issue_tickets(operation, reservation);
end $$;
