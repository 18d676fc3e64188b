-- Makes a draft without tiers and seats. It has the operation's id.
create function manager.create_concert(operation uuid, title text, venue text, starts_at timestamptz, note text)
returns void
language plpgsql security definer set search_path = public, pg_temp set lock_timeout = '2s' as $$
begin
    perform verbs.begin();
    insert into concerts (id, title, venue, starts_at, note) values (operation, title, venue, starts_at, note);
    perform verbs.note_managing(operation, 'create_concert', operation);
end $$;
