-- What no row may become, whoever writes: the last line against a mistake in a verb (verbs/), or of a hand that repairs.
-- Each refusal carries a constraint name of its own, which the engine maps to an error like any other constraint's.
--
-- Names in full instead of a pinned path where a trigger runs for each seat of each sale: pinning costs half a
-- microsecond, and no login may make anything that an unqualified name could be taken for.

-- `figure` is what the refusal was measured by, such as the limit.
create function refuse(constraint_name text, what text, figure bigint default null) returns void
language plpgsql set search_path = public, pg_temp as $$
begin
    raise exception '%', what
        using errcode = 'check_violation', constraint = constraint_name, detail = coalesce(figure::text, '');
end $$;

-- The condition is the trigger's own: a row that is right costs no call.
create function refuse_row() returns trigger
language plpgsql set search_path = public, pg_temp as $$
begin
    perform refuse(tg_name, tg_argv[0]);
    return null;
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

create trigger journal_append_only before update on journal
for each row execute function refuse_row('the journal is append-only');

-- Nobody forgets these ----------------------------------------------------------------------------------------------

create function touch_updated_at() returns trigger
language plpgsql as $$
begin
    new.updated_at := clock_timestamp();
    return new;
end $$;

create trigger concert_seat_tiers_touch before update on concert_seat_tiers
for each row execute function touch_updated_at();
create trigger reservations_touch before update on reservations
for each row when (new.updated_at = old.updated_at) execute function touch_updated_at();

-- A delta query must find every change. Verbs say it themselves, since a call for each seat is dear; a hand may forget.
create function seats_touch() returns trigger
language plpgsql as $$
begin
    new.changed_in := pg_current_xact_id();
    new.updated_at := clock_timestamp();
    return new;
end $$;

create trigger seats_touch before update on seats
for each row when (new.changed_in = old.changed_in) execute function seats_touch();

create function seats_layout_changed() returns trigger
language plpgsql as $$
begin
    update public.concerts set layout_version = pg_current_xact_id()
    where id = new.concert_id and layout_version <> pg_current_xact_id();
    return null;
end $$;

-- Once for all the seats that a statement adds.
create function seats_layout_grew() returns trigger
language plpgsql as $$
begin
    update public.concerts set layout_version = pg_current_xact_id()
    where id in (select concert_id from added) and layout_version <> pg_current_xact_id();
    return null;
end $$;

create trigger seats_layout_added after insert on seats referencing new table as added
for each statement execute function seats_layout_grew();
create trigger seats_layout_moved
after update of label, section_label, row_label, row_number, seat_number, seat_tier_id, x, y, angle, deleted_at on seats
for each row execute function seats_layout_changed();

-- Looked at when they are written and not, as a check constraint's, at each hold and sale of the seat.
create trigger seats_label_is_plain before insert or update of label on seats
for each row when (not (is_plain(new.label) and char_length(new.label) between 1 and 120))
execute function refuse_row('the label of a seat is one plain line');
create trigger seats_place_labels_are_plain before insert or update of section_label, row_label on seats
for each row when (not (
    is_plain(new.section_label) and is_plain(new.row_label)
    and char_length(new.section_label) <= 40 and char_length(new.row_label) <= 40))
execute function refuse_row('section and row of a seat are plain lines');
create trigger seats_withheld_for_is_plain before insert or update of withheld_for on seats
for each row when (not (is_plain(new.withheld_for) and char_length(new.withheld_for) between 1 and 100))
execute function refuse_row('the reason for withholding a seat is one plain line');
create trigger seats_place_is_whole before insert or update of x, y on seats
for each row when ((new.x is null) <> (new.y is null))
execute function refuse_row('a seat has both coordinates or none');

-- A concert's life ----------------------------------------------------------------------------------------------------

create function concerts_guard() returns trigger
language plpgsql set search_path = public, pg_temp as $$
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
create trigger concerts_status_order before insert on concerts
for each row when (new.status <> 'draft') execute function refuse_row('a concert starts as a draft');

-- A sale's life -------------------------------------------------------------------------------------------------------

create trigger reservations_cancelled_is_final before update on reservations
for each row when (old.status = 'cancelled' and new.status <> 'cancelled')
execute function refuse_row('a cancelled reservation stays cancelled');
create trigger reservations_deleted_is_cancelled before update on reservations
for each row when (new.deleted_at is not null and new.status <> 'cancelled')
execute function refuse_row('a reservation with sold seats is not deleted');
create trigger reservation_seats_only_released before update on reservation_seats
for each row when (
    (new.reservation_id, new.seat_id, new.concert_id, new.price, new.created_at)
        is distinct from (old.reservation_id, old.seat_id, old.concert_id, old.price, old.created_at)
    or (old.released_at is not null and new.released_at is distinct from old.released_at))
execute function refuse_row('a sold seat of a reservation is only ever released, once');

-- At COMMIT: a seat is reserved exactly when it has a live sale (the index refuses a second), and a reservation is
-- confirmed exactly when it has live seats. What is asked about is locked first, so that two transactions cannot each see
-- only their own half: of two that each release one of two seats, neither would see the other's. The triggers fire as
-- whoever commits, so they are security definers. By key, also when a plan is made while the tables are empty: it is kept.
create function check_seat(seat uuid) returns void
language plpgsql as $$
declare
    is_reserved boolean;
begin
    select s.status = 'reserved' into is_reserved from public.seats s where s.id = seat for update;
    if is_reserved <> exists (
        select from public.reservation_seats rs where rs.seat_id = seat and rs.released_at is null
    ) then
        perform public.refuse('seats_reserved_has_one_sale', 'a seat is reserved exactly when it has one live sale');
    end if;
end $$;

create function check_reservation(reservation uuid) returns void
language plpgsql as $$
declare
    is_confirmed boolean;
begin
    select r.status = 'confirmed' into is_confirmed from public.reservations r where r.id = reservation for update;
    -- Not `is null`: the planner might take the index of live sales for the smaller one, and read all of it.
    if is_confirmed <> exists (
        select from public.reservation_seats rs
        where rs.reservation_id = reservation and coalesce(rs.released_at, 'infinity') = 'infinity'
    ) then
        perform public.refuse('reservations_confirmed_has_seats', 'a reservation is confirmed exactly when it has live seats');
    end if;
end $$;

create function seats_agree_with_sales() returns trigger
language plpgsql security definer set enable_seqscan = off as $$
begin
    perform public.check_seat(new.id);
    return null;
end $$;

create function reservations_agree_with_seats() returns trigger
language plpgsql security definer set enable_seqscan = off as $$
begin
    perform public.check_reservation(new.id);
    return null;
end $$;

create function sold_seats_agree() returns trigger
language plpgsql security definer set enable_seqscan = off as $$
begin
    perform public.check_seat(new.seat_id);
    perform public.check_reservation(new.reservation_id);
    return null;
end $$;

create constraint trigger seats_reserved_has_one_sale after update on seats
deferrable initially deferred for each row
when (old.status is distinct from new.status and (old.status = 'reserved' or new.status = 'reserved'))
execute function seats_agree_with_sales();
create constraint trigger seats_reserved_has_one_sale_new after insert on seats
deferrable initially deferred for each row when (new.status = 'reserved')
execute function seats_agree_with_sales();
create constraint trigger reservations_confirmed_has_seats after insert or update of status on reservations
deferrable initially deferred for each row
execute function reservations_agree_with_seats();
-- On INSERT too: a seat is not attached to a cancelled reservation.
create constraint trigger reservation_seats_agree after insert or update on reservation_seats
deferrable initially deferred for each row
execute function sold_seats_agree();

-- Covered by its key, and by the concert for reports; a hold never touches them.
create index idx_reservations_concert on reservations (concert_id, created_at, id);
create index idx_reservation_seats_concert on reservation_seats (concert_id);
