-- Puts a draft on sale, unless something is missing that the manager was not asked about.
create function manager.publish_concert(
    operation uuid, concert uuid, seen bigint, although_past boolean, out done boolean, out missing text[]
)
language plpgsql security definer set search_path = public, pg_temp set lock_timeout = '2s' as $$
declare
    subject concerts;
begin
    perform verbs.begin();
    subject := verbs.lock_concert(concert);
    done := subject.version = seen;
    missing := manager.missing(concert);
    if although_past then
        missing := array_remove(array_remove(missing, 'no_date'), 'past_date');
    end if;
    if done and missing = '{}' then
        update concerts c set status = 'published' where c.id = concert;
        perform verbs.note_managing(operation, 'publish_concert', concert);
    end if;
end $$;
