-- What managers watch. Names and phones reach them masked; in the clear only one by one, after the journal said so.

-- A concert's reservations, newest first, and its sold seats. Written once per sale; a hold never touches them.
create index idx_reservations_concert on reservations (concert_id, created_at, id);
create index idx_reservation_seats_concert on reservation_seats (concert_id);

-- 김수민 → 김*민, 이산 → 이*, John Smith → J*** S****, 김 → *: of several words the first letters stay, of one word the
-- first and, from three letters on, the last.
create function mask_name(name text) returns text
language sql immutable strict set search_path = public, pg_temp as $$
    select string_agg(case
            when char_length(word) = 1 then '*'
            when count = 1 and char_length(word) > 2 then
                left(word, 1) || repeat('*', char_length(word) - 2) || right(word, 1)
            else left(word, 1) || repeat('*', char_length(word) - 1)
        end, ' ' order by place)
    from (
        select word, place, count(*) over () as count
        from unnest(string_to_array(name, ' ')) with ordinality as words (word, place)
        where word <> ''
    ) words
$$;

-- 01012345678 → 010-****-5678
create function mask_phone(phone text) returns text
language sql immutable strict set search_path = public, pg_temp as $$
    select left(phone, 3) || '-' || repeat('*', char_length(phone) - 7) || '-' || right(phone, 4)
$$;

-- Reservations of a concert whose name has `search` in it or whose phone ends in these four digits, from `after` on.
create function reservations_masked(concert uuid, search text, after uuid, most int) returns table (
    id uuid, status reservation_status, name_masked text, phone_masked text, created_at timestamptz,
    cancelled_at timestamptz, sold_by text
)
language sql stable security definer set search_path = public, pg_temp as $$
    select r.id, r.status, mask_name(r.customer_name), mask_phone(r.phone_number), r.created_at, r.cancelled_at,
        r.sold_by
    from reservations r
    where r.concert_id = concert and r.deleted_at is null
        and (position(lower(search) in lower(r.customer_name)) > 0
            or (search ~ '^[0-9]{4}$' and right(r.phone_number, 4) = search))
        and (after is null
            or (r.created_at, r.id) < (select last.created_at, last.id from reservations last where last.id = after))
    order by r.created_at desc, r.id desc
    limit most
$$;

-- Name and phone of the reservation that this login wrote an 'unmask' row about: one that was committed before, so that
-- rolling back never hides that somebody looked.
create function unmasked(operation uuid) returns table (customer_name text, phone_number text)
language sql stable security definer set search_path = public, pg_temp as $$
    select r.customer_name, r.phone_number
    from journal j join reservations r on r.id = (j.detail ->> 'reservation')::uuid
    where j.op_id = operation and j.who = session_user and j.kind = 'manage' and j.detail ->> 'what' = 'unmask'
        and j.written_in <> pg_current_xact_id() and j.at > clock_timestamp() - interval '1 minute'
$$;

revoke all on function mask_name, mask_phone, reservations_masked, unmasked from public;
grant execute on function reservations_masked, unmasked to manager;
