-- Ends the sale for good.
create function manager.archive_concert(operation uuid, concert uuid, seen bigint) returns boolean
language plpgsql security definer set search_path = public, pg_temp set lock_timeout = '2s' as $$
declare
    subject concerts;
begin
    perform verbs.begin();
    subject := verbs.lock_concert_against_sales(concert);
    if subject.version is distinct from seen then
        return false;
    end if;
    update concerts c set status = 'archived' where c.id = concert;
    perform verbs.note_managing(operation, 'archive_concert', concert);
    return true;
end $$;
