-- Removes a tier that no seat has.
create function manager.remove_tier(operation uuid, concert uuid, seen bigint, tier uuid) returns boolean
language plpgsql security definer set search_path = public, pg_temp set lock_timeout = '2s' as $$
declare
    subject concerts;
    before concert_seat_tiers;
    in_use bigint;
begin
    perform verbs.begin();
    subject := verbs.lock_concert(concert);
    if subject.version is distinct from seen then
        return false;
    end if;
    select count(*) into in_use from seats s where s.concert_id = concert and s.seat_tier_id = tier and s.deleted_at is null;
    if in_use > 0 then
        perform refuse('tiers_removed_have_no_seats', 'seats have this tier', in_use);
    end if;
    update concert_seat_tiers t set deleted_at = clock_timestamp()
    where t.id = tier and t.concert_id = concert and t.deleted_at is null
    returning * into before;
    if not found then
        perform refuse('edits_tier_of_concert', 'the concert has no such tier');
    end if;
    perform verbs.note_managing(operation, 'remove_tier', concert, jsonb_build_object(
        'tier', tier, 'was', jsonb_build_object('label', before.label, 'price', before.price)));
    perform verbs.count_edit(concert);
    return true;
end $$;
