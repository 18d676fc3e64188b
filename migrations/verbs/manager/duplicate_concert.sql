-- A new draft with the tiers, the seats and the stage of another concert, also of a deleted one; what is withheld there
-- is withheld here, nothing is sold. It has the operation's id.
create function manager.duplicate_concert(operation uuid, original uuid, title text, starts_at timestamptz)
returns void
language plpgsql security definer
set search_path = public, pg_temp set plan_cache_mode = force_generic_plan set lock_timeout = '2s' as $$
declare
    subject concerts;
begin
    perform verbs.begin();

    -- Lock: no other manager changes it meanwhile. Sales go on.
    select * into subject from concerts c where c.id = original for share;
    if not found then
        perform refuse('edits_known_concert', 'there is no such concert');
    end if;

    -- Write.
    insert into concerts (id, title, venue, starts_at, note, stage)
    values (operation, title, subject.venue, starts_at, subject.note, subject.stage);
    insert into concert_seat_tiers (concert_id, label, price)
    select operation, t.label, t.price from concert_seat_tiers t where t.concert_id = original and t.deleted_at is null;
    insert into seats (id, concert_id, seat_tier_id, label, section_label, row_label, row_number, seat_number, x, y,
        angle, withheld_for)
    select verbs.id_in_order(statement_timestamp(), row_number() over (
            order by s.section_label, s.row_number, s.row_label, s.seat_number, s.label)) as id,
        operation, mine.id, s.label, s.section_label, s.row_label, s.row_number, s.seat_number, s.x, s.y, s.angle,
        s.withheld_for
    from seats s
    join concert_seat_tiers theirs on theirs.id = s.seat_tier_id
    join concert_seat_tiers mine on mine.concert_id = operation and mine.label = theirs.label
    where s.concert_id = original and s.deleted_at is null
    order by 1;
    perform verbs.count_seats();
    perform verbs.note_managing(operation, 'duplicate_concert', operation, jsonb_build_object('of', original));
end $$;
