-- Says in the journal that a concert's report is taken out of the house.
create function manager.note_report(operation uuid, concert uuid) returns void
language plpgsql security definer set search_path = public, pg_temp set lock_timeout = '2s' as $$
begin
    perform verbs.begin();
    if not exists (select from concerts c where c.id = concert) then
        perform refuse('edits_known_concert', 'there is no such concert');
    end if;
    perform verbs.note_managing(operation, 'report', concert);
end $$;
