-- Cancels a reservation that this login looked up within the last ten minutes. Returns how many seats are free again.
create function counter.cancel(operation uuid, reservation uuid) returns int
language plpgsql security definer
set search_path = public, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set lock_timeout = '2s' as $$
declare
    cutoff int;
begin
    perform verbs.begin();
    if not verbs.looked_up(reservation) then
        perform refuse('cancels_need_ticket', 'a reservation is cancelled only after it was looked up');
    end if;
    select s.cancel_cutoff_minutes into cutoff
    from reservations r, concerts c, settings s
    where r.id = reservation and c.id = r.concert_id
        and clock_timestamp() > c.starts_at - make_interval(mins => s.cancel_cutoff_minutes);
    if found then
        perform refuse('cancels_in_time', 'it is too late to cancel this reservation', cutoff);
    end if;
    return verbs.cancel(operation, reservation, '{}');
end $$;
