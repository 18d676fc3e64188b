-- Reservations of a concert, masked, newest first, from `after` on. Of those that a search found only once its note was
-- committed, as a name is told.
create function manager.reservations_of(of_concert uuid, search uuid, after uuid, most int) returns table (
    id uuid, status reservation_status, walk_up boolean, name_masked text, phone_masked text, seats text[], total bigint,
    created_at timestamptz, cancelled_at timestamptz, counter text
)
language plpgsql security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
declare
    found_ids uuid[];
begin
    perform verbs.begin();
    if search is not null then
        select array(select jsonb_array_elements_text(j.detail -> 'reservations')::uuid) into found_ids
        from journal j
        where j.op_id = search and j.who = session_user and j.kind = 'manage' and j.detail ->> 'what' = 'search'
            and j.written_in <> pg_current_xact_id() and j.at > clock_timestamp() - interval '1 minute';
        found_ids := coalesce(found_ids, '{}');
    end if;
    return query
    with page as materialized (
        select r.* from reservations r
        where r.concert_id = of_concert and r.deleted_at is null and (found_ids is null or r.id = any (found_ids))
            and (after is null
                or (r.created_at, r.id) < (select last.created_at, last.id from reservations last where last.id = after))
        order by r.created_at desc, r.id desc
        limit least(most, 101)
    )
    select p.id, p.status, p.walk_up, case when p.walk_up then '' else verbs.mask_name(p.customer_name) end,
        case when p.walk_up then '' else verbs.mask_phone(p.phone_number) end, sold.labels, sold.total, p.created_at,
        p.cancelled_at, coalesce(n.display_name, p.sold_by)
    from page p
    cross join lateral (
        select coalesce(array_agg(s.label order by s.section_label, s.row_number, s.row_label, s.seat_number, s.label), '{}')
                as labels,
            coalesce(sum(rs.price), 0)::bigint as total
        from reservation_seats rs join seats s on s.id = rs.seat_id
        where rs.reservation_id = p.id
    ) sold
    left join counters n on n.login = p.sold_by
    order by p.created_at desc, p.id desc;
end $$;
