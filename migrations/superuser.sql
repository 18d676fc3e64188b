-- What only a superuser can say, once in each database: what `public` may do by PostgreSQL's default and no desk needs.
-- A plain owner's REVOKE of these only warns and does nothing; the program checks them when it connects.
revoke usage on language plpgsql from public;
grant usage on language plpgsql to box_office;
-- With these the watchdog ends counters' transactions that stand still.
grant pg_signal_backend, pg_read_all_stats to box_office;
-- What is taken away from functions is not in the server's other databases, whose locks and disk are the same.
do $$
declare
    f regprocedure;
    other name;
begin
    for other in select datname from pg_database where datname in ('postgres', 'template1') loop
        execute format('revoke connect, temporary on database %I from public', other);
    end loop;
    -- Sorts and kept cursors go to the disk. No verb and no report needs as much.
    execute format('alter database %I set temp_file_limit = %L', current_database(), '1GB');
    for f in
        select p.oid::regprocedure from pg_proc p
        where p.pronamespace = 'pg_catalog'::regnamespace and (
            p.proname ~ '^pg_(try_)?advisory_' or p.proname ~ '^lo_' or p.proname in ('loread', 'lowrite')
            or p.proname in ('pg_logical_emit_message', 'pg_current_xact_id', 'txid_current'))
    loop
        execute format('revoke execute on function %s from public', f);
        execute format('grant execute on function %s to box_office', f);
    end loop;
end $$;
