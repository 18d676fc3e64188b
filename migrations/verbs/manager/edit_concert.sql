-- Changes what is printed of a concert.
create function manager.edit_concert(
    operation uuid, concert uuid, seen bigint, title text, venue text, starts_at timestamptz, note text
) returns boolean
language plpgsql security definer set search_path = public, pg_temp set lock_timeout = '2s' as $$
declare
    subject concerts;
begin
    perform verbs.begin();
    subject := verbs.lock_concert(concert);
    if subject.version is distinct from seen then
        return false;
    end if;
    update concerts c
    set title = edit_concert.title, venue = edit_concert.venue, starts_at = edit_concert.starts_at,
        note = edit_concert.note
    where c.id = concert;
    perform verbs.note_managing(operation, 'edit_concert', concert, jsonb_build_object('was', jsonb_build_object(
        'title', subject.title, 'venue', subject.venue, 'starts_at', subject.starts_at, 'note', subject.note)));
    return true;
end $$;
