-- Step 1 of telling a name: notes whose it is and who asks.
create function manager.unmask(operation uuid, reservation uuid) returns void
language plpgsql security definer set search_path = public, pg_temp set lock_timeout = '2s' as $$
declare
    of_concert uuid;
begin
    perform verbs.begin();
    select r.concert_id into of_concert from reservations r where r.id = reservation and r.deleted_at is null;
    if not found then
        perform refuse('cancels_known_reservation', 'there is no such reservation');
    end if;
    perform verbs.note(operation, 'manage', jsonb_build_object(
        'what', 'unmask', 'concert', of_concert, 'reservation', reservation), reservation);
end $$;
