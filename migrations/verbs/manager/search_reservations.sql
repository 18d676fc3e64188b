-- Step 1 of a search: notes whose reservations a search finds, a page of them: `search` is in the name, ends the phone with
-- four digits, or is a seat; or the phone is this one, or the id ends as this reservation number does. What was searched for
-- is a name too, and stays out of the journal.
create function manager.search_reservations(
    operation uuid, of_concert uuid, search text, whole_phone text, id_ending text, after uuid, most int
) returns void
language plpgsql security definer set search_path = public, pg_temp set lock_timeout = '2s' as $$
declare
    found_ids uuid[];
begin
    perform verbs.begin();
    found_ids := array(
        select r.id from reservations r
        where r.concert_id = of_concert and r.deleted_at is null
            and (position(lower(search) in lower(r.customer_name)) > 0
                or (search ~ '^[0-9]{4}$' and right(r.phone_number, 4) = search)
                or r.phone_number = whole_phone
                or right(r.id::text, 10) = id_ending
                or exists (
                    select from reservation_seats rs join seats s on s.id = rs.seat_id
                    where rs.reservation_id = r.id and lower(s.label) = lower(search)
                ))
            and (after is null
                or (r.created_at, r.id) < (select last.created_at, last.id from reservations last where last.id = after))
        order by r.created_at desc, r.id desc
        limit least(most, 101));
    perform verbs.note_managing(operation, 'search', of_concert, jsonb_build_object(
        'reservations', to_jsonb(found_ids)));
end $$;
