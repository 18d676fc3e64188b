-- What a concert lacks to be published. Without a tier or a seat it is not; the rest is asked about, one by one.
create function manager.missing(concert uuid) returns text[]
language sql stable security definer set search_path = public, pg_temp as $$
    select array_remove(array[
        case when not exists (select from concert_seat_tiers t where t.concert_id = c.id and t.deleted_at is null)
            then 'no_tier' end,
        case when n.seats = 0 then 'no_seats' end,
        case when c.starts_at is null then 'no_date' when c.starts_at <= clock_timestamp() then 'past_date' end,
        -- Free on purpose, or a price that nobody typed.
        case when n.free = 0 then null when n.free = n.seats then 'all_free' else 'free_tier' end,
        -- The map lays them out by their labels, which may not be how they stand.
        case when n.unplaced > 0 then 'no_places' end
    ], null)
    from concerts c
    cross join lateral (
        select count(*) as seats, count(*) filter (where t.price = 0) as free,
            count(*) filter (where s.x is null) as unplaced
        from seats s
        join concert_seat_tiers t on t.id = s.seat_tier_id
        where s.concert_id = c.id and s.deleted_at is null
    ) n
    where c.id = concert
$$;
