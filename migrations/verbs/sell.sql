-- Sells the seats of a hold of this login for what the customer was told, whoever that is. The reservation has the
-- operation's id.
create function verbs.sell(
    operation uuid, hold uuid, of_concert uuid, held uuid[], told bigint, customer text, phone text, hash text
) returns table (title text, venue text, starts_at timestamptz, sold_at timestamptz,
    id uuid, label text, section text, "row" text, number int, tier text, price bigint)
language plpgsql as $$
#variable_conflict use_column
declare
    me constant text := session_user;
    show record;
    live record;
    charged bigint;
begin
    -- Lock: the concert, which may be about to be archived; then the seats of this hold, in id order.
    select c.title, c.venue, c.starts_at, c.sales_paused, s.sales_after_start into show
    from concerts c, settings s
    where c.id = of_concert and c.status = 'published' and c.deleted_at is null
    for key share of c;
    if not found then
        perform refuse('sales_concert_on_sale', 'the concert is not on sale');
    end if;
    select count(*) as seats, min(locked.hold_expires_at) as until into live
    from (
        select s.hold_expires_at from seats s
        where s.id = any (held) and s.concert_id = of_concert and s.hold_token = hold and s.held_by = me
        order by s.id
        for update
    ) as locked;

    -- Look, by a clock that is read after the last lock was granted.
    case
        when show.sales_paused then
            perform refuse('sales_while_on_sale', 'the sale is paused');
        when not show.sales_after_start and show.starts_at <= clock_timestamp() then
            perform refuse('sales_in_time', 'the concert has begun');
        when live.seats = 0 or live.seats <> cardinality(held) or live.until <= clock_timestamp() then
            perform refuse('sales_under_live_hold', 'the hold has expired');
        else null;
    end case;

    -- Write.
    insert into reservations (id, concert_id, customer_name, phone_number, password_hash, sold_by)
    values (operation, of_concert, customer, phone, hash, me);
    with sold as (
        insert into reservation_seats (reservation_id, seat_id, concert_id, price)
        select operation, s.id, s.concert_id, t.price
        from seats s join concert_seat_tiers t on t.id = s.seat_tier_id
        where s.id = any (held)
        returning price
    )
    select sum(price) into charged from sold;
    if charged is distinct from told then
        perform refuse('sales_price_as_told', 'the price changed', charged);
    end if;
    update seats s
    set status = 'reserved', hold_token = null, held_by = null, held_on = null, hold_expires_at = null,
        updated_at = clock_timestamp(), changed_in = pg_current_xact_id()
    where s.id = any (held);
    perform verbs.note(operation, 'confirm',
        jsonb_build_object('concert', of_concert, 'seats', to_jsonb(held), 'total', told), operation);

    -- Tell.
    return query
    select show.title, show.venue, show.starts_at, clock_timestamp(),
        t.id, t.label, t.section, t."row", t.number, t.tier, t.price
    from verbs.seats_as_told t
    where t.id = any (held)
    order by t.section, t.row_number, t."row", t.number, t.label;
end $$;
