-- Adds a tier, or changes one. Seats that are sold keep the price of their sale. A label that was removed before is taken
-- up again, since labels are unique with the removed ones.
create function manager.save_tier(
    operation uuid, concert uuid, seen bigint, tier uuid, label text, price bigint
) returns boolean
language plpgsql security definer set search_path = public, pg_temp set lock_timeout = '2s' as $$
declare
    subject concerts;
    before concert_seat_tiers;
begin
    perform verbs.begin();
    subject := verbs.lock_concert(concert);
    if subject.version is distinct from seen then
        return false;
    end if;
    if tier is null then
        insert into concert_seat_tiers as t (concert_id, label, price) values (concert, label, price)
        on conflict on constraint concert_seat_tiers_concert_id_label_key do update set price = excluded.price, deleted_at = null
        where t.deleted_at is not null
        returning * into before;
        if not found then
            perform refuse('concert_seat_tiers_concert_id_label_key', 'there is a tier of this label');
        end if;
        perform verbs.note_managing(operation, 'add_tier', concert, jsonb_build_object(
            'tier', before.id, 'label', label, 'price', price));
    else
        select * into before
        from concert_seat_tiers t where t.id = tier and t.concert_id = concert and t.deleted_at is null;
        if not found then
            perform refuse('edits_tier_of_concert', 'the concert has no such tier');
        end if;
        update concert_seat_tiers t set label = save_tier.label, price = save_tier.price where t.id = tier;
        perform verbs.note_managing(operation, 'edit_tier', concert, jsonb_build_object(
            'tier', tier, 'label', label, 'price', price,
            'was', jsonb_build_object('label', before.label, 'price', before.price)));
    end if;
    perform verbs.count_edit(concert);
    return true;
end $$;
