-- Says in the journal that the month's record of who looked at customers' data is taken out of the house.
create function manager.note_accesses(operation uuid, year int, month int) returns void
language plpgsql security definer set search_path = public, pg_temp set lock_timeout = '2s' as $$
begin
    perform verbs.begin();
    if year not between 2000 and 9999 or month not between 1 and 12 or year is null or month is null then
        perform refuse('accesses_of_a_month', 'there is no such month');
    end if;
    perform verbs.note_managing(operation, 'accesses', null, jsonb_build_object('year', year, 'month', month));
end $$;
