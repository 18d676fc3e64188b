-- Who may log in as a counter or a manager, how each is called, how many connections it has just now, and until when its
-- PC has to enrol.
create function manager.logins() returns table (login text, of_group text, display_name text, connections int, enrols_until timestamptz)
language plpgsql security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
begin
    perform verbs.begin();
    return query
    select l.login, l.of_group, c.display_name,
        (select count(*) from pg_stat_activity a where a.usename = l.login and a.datname = current_database())::int,
        l.enrols_until
    from verbs.logins l left join counters c on c.login = l.login
    order by l.of_group desc, l.login;
end $$;
