-- What keeps every client honest, whatever it sends. Each refusal carries a constraint name of its own, which the
-- engine maps to an error like any other constraint's.
--
-- A guard that reads what a counter may not read is a security definer with a pinned search_path, which costs each call
-- some ten microseconds. The guards of a hold run for every seat of it: they are plain, with every name qualified,
-- since nobody but the owner can create anything that an unqualified name of pg_catalog could be taken for.

create function refuse(constraint_name text, what text) returns void
language plpgsql set search_path = public, pg_temp as $$
begin
    raise exception '%', what using errcode = 'check_violation', constraint = constraint_name;
end $$;

-- The owner repairs; every other login is bound by the transitions below, a manager's too. Asked last, once something
-- would be refused, since it is not cheap. session_user stays the login inside security definer functions and under
-- set role.
create function is_bound() returns boolean
language sql stable set search_path = public, pg_temp as $$
    select not pg_has_role(session_user, (select relowner from pg_class where oid = 'seats'::regclass), 'member')
$$;

-- A manager also frees expired holds, and cancels without the customer and past the cut-off.
create function bound_as_counter() returns boolean
language sql stable set search_path = public, pg_temp as $$
    select is_bound() and not pg_has_role(session_user, 'manager', 'member')
$$;

-- Whoever looked a reservation up within the last ten minutes may cancel it, and a manager who wrote a reason into the
-- journal in this transaction. Each row of a cancel asks, so its plans are kept: a function in SQL would make them anew.
create function may_cancel(reservation uuid) returns boolean
language plpgsql volatile security definer set search_path = public, pg_temp as $$
begin
    -- By the reservation first: of a login there are as many tickets as it ever looked up.
    if exists (
        with tickets as materialized (
            select t.who, t.answered_at from look_up_tickets t where t.reservations @> array[reservation]
        )
        select from tickets where who = session_user and answered_at > clock_timestamp() - interval '10 minutes'
    ) then
        return true;
    end if;
    return not bound_as_counter() and exists (
        select from journal j
        where j.at >= now() and j.written_in = pg_current_xact_id() and j.who = session_user and j.kind = 'cancel'
            and j.detail ->> 'reservation' = reservation::text
            and char_length(btrim(j.detail ->> 'reason')) between 1 and 200
    );
end $$;

-- Rows are never deleted, by anyone: deleted_at says so instead.

create function refuse_delete() returns trigger
language plpgsql set search_path = public, pg_temp as $$
begin
    perform refuse(tg_table_name || '_never_deleted', 'rows of ' || tg_table_name || ' are never deleted: set deleted_at');
    return null;
end $$;

do $$
declare
    main_table text;
begin
    foreach main_table in array array[
        'concerts', 'concert_seat_tiers', 'seats', 'reservations', 'reservation_seats', 'journal'
    ] loop
        execute format(
            'create trigger %1$s_never_deleted before delete or truncate on %1$s
             for each statement execute function refuse_delete()', main_table);
    end loop;
end $$;

create function journal_guard() returns trigger
language plpgsql as $$
begin
    if tg_op = 'UPDATE' then
        perform public.refuse('journal_append_only', 'the journal is append-only');
    end if;
    new.who := session_user;
    new.at := clock_timestamp();
    new.counter := (select display_name from public.counters where login = session_user);
    return new;
end $$;

create trigger journal_guard before insert or update on journal
for each row execute function journal_guard();

-- Concerts

create function concerts_guard() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    new.updated_at := clock_timestamp();
    if new.status <> old.status then
        if (old.status, new.status) not in (('draft', 'published'), ('published', 'archived')) then
            perform refuse('concerts_status_order', 'a concert goes from draft to published to archived');
        end if;
        if new.status = 'published' and (
            not exists (select from concert_seat_tiers t where t.concert_id = new.id and t.deleted_at is null)
            or not exists (select from seats s where s.concert_id = new.id and s.deleted_at is null)
        ) then
            perform refuse('concerts_published_is_complete', 'a concert needs a tier and a seat before it is published');
        end if;
    end if;
    if new.deleted_at is not null and old.deleted_at is null and exists (
        select from reservations r where r.concert_id = new.id and r.status = 'confirmed' and r.deleted_at is null
    ) then
        perform refuse('concerts_deleted_has_no_sales', 'a concert with live sales is not deleted');
    end if;
    if (new.title, new.venue, new.starts_at, new.note, new.status, new.deleted_at)
        is distinct from (old.title, old.venue, old.starts_at, old.note, old.status, old.deleted_at) then
        new.version := old.version + 1;
    end if;
    return new;
end $$;

create trigger concerts_guard before update on concerts
for each row execute function concerts_guard();

create function concerts_start_as_draft() returns trigger
language plpgsql set search_path = public, pg_temp as $$
begin
    if new.status <> 'draft' then
        perform refuse('concerts_status_order', 'a concert starts as a draft');
    end if;
    return new;
end $$;

create trigger concerts_start_as_draft before insert on concerts
for each row execute function concerts_start_as_draft();

create function touch_updated_at() returns trigger
language plpgsql set search_path = public, pg_temp as $$
begin
    new.updated_at := clock_timestamp();
    return new;
end $$;

create trigger concert_seat_tiers_touch before update on concert_seat_tiers
for each row execute function touch_updated_at();

-- Seats

create function seats_guard() returns trigger
language plpgsql as $$
declare
    -- Read after the row lock was taken: now() would be the transaction's start, before any wait. The type is spelt in
    -- full: a client's own type could stand in for the short name, in its pg_temp, but never for keywords.
    clock constant timestamp with time zone := clock_timestamp();
begin
    new.updated_at := clock;
    new.changed_in := pg_current_xact_id();
    if new.status = 'temporarily_held' and new.hold_token is distinct from old.hold_token then
        new.held_by := session_user;
    end if;

    if (old.status = 'reserved' or old.hold_expires_at > clock)
        and (new.seat_tier_id, new.label, new.section_label, new.row_label, new.row_number, new.seat_number,
            new.withheld_for, new.x, new.y, new.angle, new.deleted_at)
        is distinct from (old.seat_tier_id, old.label, old.section_label, old.row_label, old.row_number,
            old.seat_number, old.withheld_for, old.x, old.y, old.angle, old.deleted_at)
        and public.is_bound() then
        perform public.refuse('seats_edit_needs_free', 'a seat that is sold or on hold is not edited');
    end if;
    if new.status = 'temporarily_held' then
        if (old.status = 'reserved' or (old.status = 'temporarily_held' and old.hold_expires_at > clock))
            and public.is_bound() then
            perform public.refuse(
                'seats_hold_takes_free', 'a hold takes only a free seat or one whose hold has expired');
        end if;
        if (old.withheld_for is not null or old.deleted_at is not null) and public.is_bound() then
            perform public.refuse('seats_hold_takes_free', 'this seat is not for sale');
        end if;
    elsif new.status = 'reserved' then
        if (old.status <> 'temporarily_held' or old.held_by <> session_user) and public.is_bound() then
            perform public.refuse('seats_sale_needs_own_hold', 'a counter sells only what it holds');
        end if;
        if old.hold_expires_at <= clock and public.is_bound() then
            perform public.refuse('seats_sale_needs_live_hold', 'the hold has expired');
        end if;
    elsif old.status = 'temporarily_held' then
        -- A sweep frees 100,000 of these: its login's role costs less to ask for than a function.
        if old.held_by <> session_user
            and (old.hold_expires_at > clock or not pg_has_role(session_user, 'manager', 'member'))
            and public.is_bound() then
            perform public.refuse(
                'seats_release_own_hold', 'a live hold is released only by the login that has it');
        end if;
    elsif old.status = 'reserved' then
        -- Which sale is freed, the trigger on reservation_seats and the one at COMMIT see to.
        if not exists (
            select from public.reservation_seats rs where rs.seat_id = new.id and public.may_cancel(rs.reservation_id)
        ) and public.is_bound() then
            perform public.refuse(
                'seats_free_needs_ticket', 'a sold seat is freed only after its reservation was looked up');
        end if;
    end if;
    return new;
end $$;

create trigger seats_guard before update on seats
for each row execute function seats_guard();

-- What the venue set, asked once for all the seats that a statement wrote.
create function seats_hold_rules() returns trigger
language plpgsql as $$
declare
    most_seats integer;
    latest_expiry timestamp with time zone;
    rules public.settings;
begin
    select max(seats), max(expiry) into most_seats, latest_expiry from (
        select count(*) as seats, max(hold_expires_at) as expiry
        from held where status = 'temporarily_held' group by hold_token
    ) as holds;
    if most_seats is not null then
        select * into rules from public.settings;
        if most_seats > rules.seats_per_sale and public.is_bound() then
            perform public.refuse('seats_hold_not_too_many', 'a hold has no more seats than the setting');
        end if;
        if latest_expiry > clock_timestamp() + make_interval(secs => rules.hold_seconds)
            and public.is_bound() then
            perform public.refuse('seats_hold_not_too_long', 'a hold is no longer than the setting');
        end if;
        -- A clerk is told before the customer's name is typed, not only at the confirm.
        if not rules.sales_after_start and exists (
            select from public.concerts c
            where c.id in (select concert_id from held where status = 'temporarily_held')
                and c.starts_at <= clock_timestamp()
        ) and public.is_bound() then
            perform public.refuse('seats_hold_in_time', 'the concert has begun');
        end if;
    end if;
    return null;
end $$;

create trigger seats_hold_rules after update on seats referencing new table as held
for each statement execute function seats_hold_rules();

create function seats_layout_changed() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    update concerts set layout_version = pg_current_xact_id()
    where id = new.concert_id and layout_version <> pg_current_xact_id();
    return null;
end $$;

-- Once for all the seats that a statement adds.
create function seats_layout_grew() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    update concerts set layout_version = pg_current_xact_id()
    where id in (select concert_id from added) and layout_version <> pg_current_xact_id();
    return null;
end $$;

create trigger seats_layout_added after insert on seats referencing new table as added
for each statement execute function seats_layout_grew();

create trigger seats_layout_moved
after update of label, section_label, row_label, row_number, seat_number, seat_tier_id, x, y, angle, deleted_at on seats
for each row execute function seats_layout_changed();

-- Reservations

create function reservations_guard() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        if is_bound() then
            new.sold_by := session_user;
            if new.status <> 'confirmed' then
                perform refuse('reservations_start_confirmed', 'a reservation starts as confirmed');
            end if;
            -- A password that a client forgot to hash is not written down.
            if new.password_hash not like '$argon2id$v=19$%' then
                perform refuse('reservations_password_is_hashed', 'the password is not hashed');
            end if;
        end if;
        return new;
    end if;
    new.updated_at := clock_timestamp();
    if old.status = 'cancelled' and new.status <> 'cancelled' then
        perform refuse('reservations_cancelled_is_final', 'a cancelled reservation stays cancelled');
    end if;
    if not is_bound() then
        return new;
    end if;
    if new.deleted_at is not null and new.status <> 'cancelled' then
        perform refuse('reservations_deleted_is_cancelled', 'a reservation with sold seats is not deleted');
    end if;
    if new.status = old.status then
        new.cancelled_at := old.cancelled_at;
    else
        if not may_cancel(new.id) then
            perform refuse('reservations_cancel_needs_ticket', 'a reservation is cancelled only after it was looked up');
        end if;
        if bound_as_counter() and exists (
            select from concerts c, settings s
            where c.id = new.concert_id
                and clock_timestamp() > c.starts_at - make_interval(mins => s.cancel_cutoff_minutes)
        ) then
            perform refuse('reservations_cancel_in_time', 'it is too late to cancel this reservation');
        end if;
        new.cancelled_at := clock_timestamp();
    end if;
    return new;
end $$;

create trigger reservations_guard before insert or update on reservations
for each row execute function reservations_guard();

-- Archiving locks the concert `for update`; the foreign key check of the insert waits for that, and this runs after it,
-- with a snapshot of its own: a sale never slips in behind an archive. Triggers fire in the order of their names.
create function reservations_concert_on_sale() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if not exists (
        select from concerts c where c.id = new.concert_id and c.status = 'published' and c.deleted_at is null
    ) and is_bound() then
        perform refuse('reservations_concert_on_sale', 'the concert is not on sale');
    end if;
    if exists (
        select from concerts c, settings s
        where c.id = new.concert_id and not s.sales_after_start and c.starts_at <= clock_timestamp()
    ) and is_bound() then
        perform refuse('reservations_sale_in_time', 'the concert has begun');
    end if;
    return null;
end $$;

create trigger reservations_concert_on_sale after insert on reservations
for each row execute function reservations_concert_on_sale();

create function reservation_seats_guard() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        select s.concert_id, t.price into new.concert_id, new.price
        from seats s join concert_seat_tiers t on t.id = s.seat_tier_id
        where s.id = new.seat_id;
        if new.released_at is not null and is_bound() then
            new.released_at := null;
        end if;
        return new;
    end if;
    if (new.reservation_id, new.seat_id, new.concert_id, new.price, new.created_at)
            is distinct from (old.reservation_id, old.seat_id, old.concert_id, old.price, old.created_at)
        or (old.released_at is not null and new.released_at is distinct from old.released_at) then
        perform refuse('reservation_seats_only_released', 'a sold seat of a reservation is only ever released, once');
    end if;
    if new.released_at is not null and old.released_at is null then
        if not may_cancel(new.reservation_id) and is_bound() then
            perform refuse('reservations_cancel_needs_ticket', 'a reservation is cancelled only after it was looked up');
        end if;
        new.released_at := clock_timestamp();
    end if;
    return new;
end $$;

create trigger reservation_seats_guard before insert or update on reservation_seats
for each row execute function reservation_seats_guard();

-- At COMMIT: a seat is reserved exactly when it has one live sale. The seat is locked before it is counted, so that
-- two transactions cannot each see only their own half.
create function seat_agrees_with_sales(seat uuid) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    is_reserved boolean;
    live_sales int;
begin
    select s.status = 'reserved' into is_reserved from seats s where s.id = seat for update;
    select count(*) into live_sales from reservation_seats rs where rs.seat_id = seat and rs.released_at is null;
    if live_sales <> is_reserved::int then
        perform refuse('seats_reserved_has_one_sale', 'a seat is reserved exactly when it has one live sale');
    end if;
end $$;

create function seats_agree_with_sales() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    perform seat_agrees_with_sales(new.id);
    return null;
end $$;

create constraint trigger seats_reserved_has_one_sale after update on seats
deferrable initially deferred for each row
when (old.status is distinct from new.status and (old.status = 'reserved' or new.status = 'reserved'))
execute function seats_agree_with_sales();

create constraint trigger seats_reserved_has_one_sale_new after insert on seats
deferrable initially deferred for each row
when (new.status = 'reserved')
execute function seats_agree_with_sales();

create function reservation_seats_agree() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    perform seat_agrees_with_sales(new.seat_id);
    return null;
end $$;

create constraint trigger reservation_seats_match_seat after insert or update on reservation_seats
deferrable initially deferred for each row
execute function reservation_seats_agree();

-- At COMMIT: confirmed exactly when it has live seats.
create function reservation_agrees_with_seats() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    subject constant uuid := coalesce(to_jsonb(new) ->> 'reservation_id', to_jsonb(new) ->> 'id')::uuid;
    is_confirmed boolean;
begin
    select r.status = 'confirmed' into is_confirmed from reservations r where r.id = subject;
    -- Not `is null`: when little was live as the table was last analyzed, the planner would take the index of live sales
    -- for the smaller one, and read all of it.
    if is_confirmed <> exists (
        select from reservation_seats rs
        where rs.reservation_id = subject and coalesce(rs.released_at, 'infinity') = 'infinity'
    ) then
        perform refuse('reservations_confirmed_has_seats', 'a reservation is confirmed exactly when it has live seats');
    end if;
    return null;
end $$;

create constraint trigger reservations_confirmed_has_seats after insert or update of status on reservations
deferrable initially deferred for each row
execute function reservation_agrees_with_seats();

create constraint trigger reservation_seats_keep_reservation after update of released_at on reservation_seats
deferrable initially deferred for each row
execute function reservation_agrees_with_seats();
