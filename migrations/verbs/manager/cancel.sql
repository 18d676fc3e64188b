-- A manager's cancel: without the customer and past the cut-off, for a reason that the journal keeps. Returns how many
-- seats are free again.
create function manager.cancel(operation uuid, reservation uuid, reason text) returns int
language plpgsql security definer
set search_path = public, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set lock_timeout = '2s' as $$
begin
    perform verbs.begin();
    if reason is null or not is_plain(reason) or char_length(reason) not between 1 and 200 then
        perform refuse('cancels_need_reason', 'a manager cancels for a reason', 200);
    end if;
    return verbs.cancel(operation, reservation, jsonb_build_object('reason', reason));
end $$;
