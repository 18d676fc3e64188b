-- Takes a concert without live sales out of every list. The row stays.
create function manager.delete_concert(operation uuid, concert uuid, seen bigint) returns boolean
language plpgsql security definer set search_path = public, pg_temp set lock_timeout = '2s' as $$
declare
    subject concerts;
    sold bigint;
begin
    perform verbs.begin();
    subject := verbs.lock_concert_against_sales(concert);
    if subject.version is distinct from seen then
        return false;
    end if;
    select count(*) into sold from seats s where s.concert_id = concert and s.status = 'reserved';
    if sold > 0 then
        perform refuse('concerts_deleted_has_no_sales', 'a concert with live sales is not deleted', sold);
    end if;
    update concerts c set deleted_at = clock_timestamp() where c.id = concert;
    perform verbs.note_managing(operation, 'delete_concert', concert, jsonb_build_object('was', subject.status));
    return true;
end $$;
