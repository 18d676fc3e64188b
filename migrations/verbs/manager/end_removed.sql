-- The second half of removing a login, once the first is committed and it can't come back: ends its connections and frees
-- what it holds. How it was called is free for another; the journal keeps it. Returns how many seats.
create function manager.end_removed(operation uuid, login text) returns int
language plpgsql security definer
set search_path = public, pg_temp set plan_cache_mode = force_generic_plan set lock_timeout = '2s' as $$
declare
    held uuid[];
begin
    perform verbs.begin();
    if exists (select from pg_roles r where r.rolname = login and r.rolcanlogin) then
        perform refuse('logins_removed', 'this login was not removed');
    end if;
    perform pg_terminate_backend(a.pid, 1000) from pg_stat_activity a where a.usename = login;
    update counters c set display_name = null where c.login = end_removed.login;
    held := array(
        select s.id from seats s
        where s.held_by = login order by s.id for update);
    perform verbs.end_holds(held);
    perform verbs.note_managing(operation, 'end_removed', null, jsonb_build_object(
        'login', login, 'seats', to_jsonb(held)));
    return cardinality(held);
end $$;
