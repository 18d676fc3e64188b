-- What a concert lacks to be published. Without a tier or a seat it is not; a date is only asked about.
create function manager.missing(concert uuid) returns text[]
language sql stable security definer set search_path = public, pg_temp as $$
    select array_remove(array[
        case when not exists (select from concert_seat_tiers t where t.concert_id = c.id and t.deleted_at is null)
            then 'no_tier' end,
        case when not exists (select from seats s where s.concert_id = c.id and s.deleted_at is null)
            then 'no_seats' end,
        case when c.starts_at is null then 'no_date' when c.starts_at <= clock_timestamp() then 'past_date' end
    ], null)
    from concerts c where c.id = concert
$$;
