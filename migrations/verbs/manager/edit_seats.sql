-- Changes all of these seats that can be changed, or none where one is sold or on a live hold and the rest is not asked
-- for. Tells how many it changed, how many it left alone, the first hundred of those, and the first hundred that are no
-- seats of this concert; then none is changed either.
--
-- `edit` is 'tier', 'withhold', 'give_back' or 'remove'.
create function manager.edit_seats(
    operation uuid, concert uuid, chosen uuid[], edit text, tier uuid, reason text, do_rest boolean,
    out changed int, out left_alone_count int, out left_alone jsonb, out unknown uuid[]
)
language plpgsql security definer
set search_path = public, pg_temp set plan_cache_mode = force_generic_plan set lock_timeout = '2s' as $$
declare
    named constant int := 100;
    known uuid[];
    live uuid[];
    free uuid[];
    was jsonb;
begin
    perform verbs.begin();

    -- Lock. The concert first, as every manager's edit does: nobody removes the tier meanwhile, and no two edits wait for
    -- each other. Then the seats in id order, as holds do.
    perform verbs.lock_concert(concert);
    known := array(
        select s.id from seats s
        where s.id = any (chosen) and s.concert_id = concert and s.deleted_at is null
        order by s.id for update);

    -- Look, by a clock that is read after the last lock was granted.
    live := array(
        select s.id from seats s
        where s.id = any (known) and seat_state(s.status, false, s.hold_expires_at, s.held_by) <> 'available');
    free := array(select id from unnest(known) as id except select id from unnest(live) as id);
    changed := 0;
    left_alone_count := cardinality(live);
    unknown := array(
        select id from unnest(chosen) as id except select id from unnest(known) as id limit named);
    left_alone := coalesce((
        select jsonb_agg(to_jsonb(told)) from (
            select t.id, t.label, t.state, t.counter from verbs.seats_as_told t where t.id = any (live)
            order by t.section, t.row_number, t."row", t.number, t.label limit named
        ) as told
    ), '[]');
    if unknown <> '{}' or (live <> '{}' and not do_rest) then
        return;
    end if;
    if edit = 'tier' and not exists (
        select from concert_seat_tiers t where t.id = tier and t.concert_id = concert and t.deleted_at is null
    ) then
        perform refuse('edits_tier_of_concert', 'the concert has no such tier');
    end if;

    -- Write. A hold that has run out is ended on the way: it stands in nobody's way. Each edit has an update of its own:
    -- what names a column of the plan makes every counter load the map again.
    select jsonb_object_agg(before.tier, before.seats) into was
    from (
        select coalesce(s.withheld_for, t.label) as tier, count(*) as seats
        from seats s join concert_seat_tiers t on t.id = s.seat_tier_id
        where s.id = any (free) group by 1
    ) as before;
    perform verbs.end_holds(free);
    case edit
        when 'tier' then
            update seats s set seat_tier_id = tier where s.id = any (free);
        when 'withhold' then
            update seats s set withheld_for = coalesce(reason, '') where s.id = any (free);
        when 'give_back' then
            update seats s set withheld_for = null where s.id = any (free) and s.withheld_for is not null;
        when 'remove' then
            update seats s set deleted_at = clock_timestamp(), withheld_for = null where s.id = any (free);
    end case;
    changed := cardinality(free);
    perform verbs.count_edit(concert);
    perform verbs.note_managing(operation, 'edit_seats', concert, jsonb_build_object(
        'edit', edit, 'tier', tier, 'seats', to_jsonb(free), 'was', was));
end $$;
