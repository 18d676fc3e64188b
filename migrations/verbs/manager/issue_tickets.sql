-- Issues a ticket for each seat of any reservation, to be printed. Those issued before are void.
create function manager.issue_tickets(operation uuid, reservation uuid) returns setof verbs.issued_ticket
language plpgsql security definer
set search_path = public, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set lock_timeout = '2s' as $$
begin
    perform verbs.begin();
    return query select * from verbs.issue_tickets(operation, reservation);
end $$;
