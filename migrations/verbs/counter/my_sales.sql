-- What this login sold today at the venue, the newest first: to find a number again, not a customer. Nothing is written.
create function counter.my_sales() returns table (
    reservation_id uuid, title text, venue text, starts_at timestamptz, status reservation_status, walk_up boolean,
    sold_at timestamptz, seats jsonb
)
language plpgsql stable security definer
set search_path = public, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
#variable_conflict use_column
declare
    me constant text := session_user;
begin
    return query
    select r.id, c.title, c.venue, c.starts_at, r.status, r.walk_up, mine.at, verbs.seats_sold(r.id)
    from (
        select j.reservation_id, j.at
        from journal j, settings s
        where j.at >= date_trunc('day', clock_timestamp() at time zone s.time_zone) at time zone s.time_zone
            and j.kind = 'confirm' and j.outcome = 'done' and j.who = me
        order by j.at desc
        limit 50
    ) as mine
    join reservations r on r.id = mine.reservation_id
    join concerts c on c.id = r.concert_id
    order by mine.at desc;
end $$;
