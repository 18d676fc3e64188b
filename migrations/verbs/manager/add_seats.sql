-- Adds the seats of a plan, and the tiers that the concert lacks, at price 0 where the plan says none. A price that the
-- plan says holds for a tier that is there as well, and the journal keeps the one before; seats that are sold keep the
-- price of their sale. A seat that was removed before comes back under its label, since labels are unique with the removed
-- ones. Seats that are there go, or stay and must have other labels: the first twenty that are taken are told, and then
-- nothing is changed.
--
-- `seat_tiers` counts the plan's tiers from 1.
create function manager.add_seats(
    operation uuid, concert uuid, seen bigint, replace_all boolean, stage jsonb, tier_labels text[], tier_prices bigint[],
    seat_tiers int[], labels text[], sections text[], row_labels text[], row_numbers int[], numbers int[],
    xs real[], ys real[], angles real[], out done boolean, out taken text[]
)
language plpgsql security definer
set search_path = public, pg_temp set plan_cache_mode = force_generic_plan set lock_timeout = '2s' as $$
declare
    -- The largest halls have 20,000 to 50,000.
    seats_most constant int := 60000;
    subject concerts;
    tiers uuid[];
    there uuid[] := '{}';
    live bigint;
    repriced jsonb;
begin
    perform verbs.begin();
    if coalesce(cardinality(labels), 0) not between 1 and seats_most then
        perform refuse('plans_seats_most', 'a plan has at least one seat and no more than this', seats_most);
    end if;

    -- Lock: the concert, then its seats in id order where they are to go.
    subject := verbs.lock_concert(concert);
    taken := '{}';
    done := subject.version = seen;
    if not done then
        return;
    end if;
    if replace_all then
        there := array(
            select s.id from seats s where s.concert_id = concert and s.deleted_at is null order by s.id for update);
    end if;

    -- Look, by a clock that is read after the last lock was granted.
    if replace_all then
        select count(*) into live
        from seats s
        where s.concert_id = concert and s.deleted_at is null
            and seat_state(s.status, false, s.hold_expires_at, s.held_by) <> 'available';
        if live > 0 then
            perform refuse('plans_replace_no_sales', 'seats that are sold or on hold are not replaced', live);
        end if;
    else
        taken := array(
            select s.label from seats s
            where s.concert_id = concert and s.label = any (labels) and s.deleted_at is null
            order by s.label limit 20);
        if taken <> '{}' then
            return;
        end if;
    end if;

    -- Write.
    if replace_all then
        perform verbs.end_holds(there);
        update seats s set deleted_at = clock_timestamp(), withheld_for = null where s.id = any (there);
    end if;
    select jsonb_agg(jsonb_build_object('label', t.label, 'price', plan.price, 'was', t.price) order by t.label)
    into repriced
    from unnest(tier_labels, tier_prices) as plan (label, price)
    join concert_seat_tiers t on t.concert_id = concert and t.label = plan.label and t.deleted_at is null
    where plan.price <> t.price;
    update concert_seat_tiers t set price = plan.price
    from unnest(tier_labels, tier_prices) as plan (label, price)
    where t.concert_id = concert and t.label = plan.label and t.deleted_at is null and plan.price <> t.price;
    insert into concert_seat_tiers as t (concert_id, label, price)
    select concert, plan.label, coalesce(plan.price, 0) from unnest(tier_labels, tier_prices) as plan (label, price)
    on conflict (concert_id, label) do update set price = excluded.price, deleted_at = null
    where t.deleted_at is not null;
    tiers := array(
        select t.id
        from unnest(tier_labels) with ordinality as plan (label, place)
        join concert_seat_tiers t on t.concert_id = concert and t.label = plan.label
        order by plan.place);
    insert into seats as s
        (id, concert_id, seat_tier_id, label, section_label, row_label, row_number, seat_number, x, y, angle)
    select verbs.id_in_order(statement_timestamp(), plan.place), concert, tiers[plan.tier], plan.label, plan.section,
        plan.row_label, plan.row_number, plan.number, plan.x, plan.y, plan.angle
    from unnest(seat_tiers, labels, sections, row_labels, row_numbers, numbers, xs, ys, angles) with ordinality
        as plan (tier, label, section, row_label, row_number, number, x, y, angle, place)
    on conflict (concert_id, label) do update set seat_tier_id = excluded.seat_tier_id,
        section_label = excluded.section_label, row_label = excluded.row_label, row_number = excluded.row_number,
        seat_number = excluded.seat_number, x = excluded.x, y = excluded.y, angle = excluded.angle,
        withheld_for = null, deleted_at = null
    where s.deleted_at is not null;
    perform verbs.count_seats();
    update concerts c set stage = coalesce(add_seats.stage, c.stage), version = c.version + 1 where c.id = concert;
    perform verbs.note_managing(operation, 'add_seats', concert, jsonb_strip_nulls(jsonb_build_object(
        'seats', cardinality(labels), 'removed', cardinality(there), 'repriced', repriced)));
end $$;
