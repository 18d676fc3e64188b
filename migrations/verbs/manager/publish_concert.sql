-- Puts a draft on sale, unless something is missing that the manager was not asked about. `although` is what he answered.
create function manager.publish_concert(
    operation uuid, concert uuid, seen bigint, although text[], out done boolean, out missing text[]
)
language plpgsql security definer set search_path = public, pg_temp set lock_timeout = '2s' as $$
declare
    subject concerts;
begin
    perform verbs.begin();
    subject := verbs.lock_concert(concert);
    if subject.status <> 'draft' then
        perform refuse('concerts_status_order', 'only a draft is published');
    end if;
    done := subject.version = seen;
    select coalesce(array_agg(one), '{}') into missing
    from unnest(manager.missing(concert)) as one
    where one in ('no_tier', 'no_seats') or one <> all (coalesce(although, '{}'));
    if done and missing = '{}' then
        update concerts c set status = 'published' where c.id = concert;
        perform verbs.note_managing(operation, 'publish_concert', concert, jsonb_build_object('although', to_jsonb(although)));
    end if;
end $$;
