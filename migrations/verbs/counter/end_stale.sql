-- Ends connections of counters that keep locks for longer than an honest one can: a transaction of more than eight
-- seconds, in whatever state, or an advisory lock, which no verb takes. Whoever is blocked may call it, and every sweep
-- does. Tells whom it ended, and how old the transaction was.
create function counter.end_stale() returns table (login text, seconds int)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    return query
    select ended.login, ended.seconds
    from (
        select a.usename::text as login, coalesce(extract(epoch from clock_timestamp() - a.xact_start), 0)::int as seconds,
            pg_terminate_backend(a.pid) as done
        from pg_stat_activity a
        where a.datname = current_database() and a.backend_type = 'client backend' and a.pid <> pg_backend_pid()
            and pg_has_role(a.usesysid, 'counter', 'member')
            -- Not a manager's long import, and not a superuser, who is a member of everything.
            and not pg_has_role(a.usesysid, 'manager', 'member')
            and (a.xact_start < clock_timestamp() - interval '8 seconds'
                or exists (select from pg_locks l where l.pid = a.pid and l.locktype = 'advisory'))
    ) as ended
    where ended.done;
end $$;
