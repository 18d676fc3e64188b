-- What several verbs share. No login may call any of it.
--
-- Every verb is one function, the definition of today: the set-up drops these schemas and makes them again whenever a
-- file changes. Each locks, looks, writes and tells, in that order and in statements of their own, so that what it looks
-- at was committed before its locks were granted. It is a security definer with a pinned path. Its plans are generic and
-- by key, since those made while the tables are empty are kept. What a clerk has to expect is an answer; a broken rule
-- is an error with a constraint name.
drop schema if exists verbs, counter, manager cascade;
create schema verbs;
create schema counter;
create schema manager;

-- A role that was set stays with a connection when the login loses it: a verb is called by the login itself. Under any
-- isolation but read committed a verb would not see what its locks waited for. What it acknowledges is on the disk,
-- whatever the login's own defaults say.
create function verbs.begin() returns void
language plpgsql as $$
begin
    if current_setting('role') <> 'none' then
        raise insufficient_privilege using message = 'a verb is called by a login, under no other role';
    end if;
    if current_setting('transaction_isolation') <> 'read committed' then
        perform refuse('verbs_read_committed', 'a verb runs under read committed');
    end if;
    if current_setting('synchronous_commit') not in ('on', 'remote_apply') then
        perform set_config('synchronous_commit', 'on', true);
    end if;
end $$;

-- Locks this login's row until COMMIT: what it may do is counted under this lock, so that parallel sessions of one login
-- don't each count without the other.
create function verbs.lock_login() returns void
language plpgsql as $$
begin
    perform from counters c where c.login = session_user for no key update;
    if not found then
        insert into counters (login) values (session_user) on conflict (login) do nothing;
        perform from counters c where c.login = session_user for no key update;
    end if;
end $$;

-- Live holds of this login. Only what is held has a holder; the status is not asked for, lest the planner take the index
-- of all holds that await the sweep.
create function verbs.live_holds() returns bigint
language plpgsql as $$
begin
    return (
        select count(distinct s.hold_token) from seats s
        where s.held_by = session_user and s.hold_expires_at > clock_timestamp()
    );
end $$;

-- How many of these seats can be held, by the clock of this moment.
create function verbs.free_seats(of_concert uuid, wanted uuid[]) returns bigint
language plpgsql as $$
begin
    return (
        select count(*) from seats s
        where s.id = any (wanted) and s.concert_id = of_concert and s.deleted_at is null and not s.withheld
            and (s.status = 'available' or (s.status = 'temporarily_held' and s.hold_expires_at <= clock_timestamp()))
    );
end $$;

-- How seats stand, as a login is told.
create view verbs.seats_as_told as
select s.id, s.concert_id, s.label, s.section_label as section, s.row_label as "row", s.row_number, s.seat_number as number,
    t.label as tier, t.price::bigint as price, s.hold_token,
    seat_state(s.status, s.withheld, s.hold_expires_at, s.held_by) as state,
    case when s.status = 'temporarily_held' then
        coalesce((select n.display_name from counters n where n.login = s.held_by), s.held_by)
    end as counter,
    greatest(0, extract(epoch from s.hold_expires_at - clock_timestamp()) * 1000)::int as expires_in_ms
from seats s
join concert_seat_tiers t on t.id = s.seat_tier_id
where s.deleted_at is null;

-- The seats of a sale at the prices of then, in the order of the map.
create function verbs.seats_sold(reservation uuid) returns jsonb
language plpgsql stable as $$
begin
    return (
        select jsonb_agg(jsonb_build_object(
            'id', s.id, 'label', s.label, 'section', s.section_label, 'row', s.row_label, 'number', s.seat_number,
            'tier', t.label, 'price', rs.price)
            order by s.section_label, s.row_number, s.row_label, s.seat_number, s.label)
        from reservation_seats rs
        join seats s on s.id = rs.seat_id
        join concert_seat_tiers t on t.id = s.seat_tier_id
        where rs.reservation_id = reservation
    );
end $$;

-- One row for each write, in its transaction.
create function verbs.note(operation uuid, kind text, detail jsonb, reservation uuid default null) returns void
language plpgsql as $$
begin
    insert into journal (op_id, kind, detail, reservation_id, counter)
    values (operation, kind, detail, reservation,
        (select c.display_name from counters c where c.login = session_user));
end $$;

-- A look-up waits for the one before it of this line, and keeps the next one waiting until COMMIT.
create function verbs.queue_up(line text) returns void
language plpgsql as $$
begin
    insert into look_up_queues (name) values (line) on conflict (name) do update set name = excluded.name;
end $$;

-- Frees the seats of a reservation, for a counter and for a manager. Returns how many.
create function verbs.cancel(operation uuid, reservation uuid, reason jsonb) returns int
language plpgsql as $$
declare
    subject reservations;
    sold uuid[];
begin
    -- Lock: the reservation first, so that whoever cancels it has committed by now; then its seats, in id order.
    select * into subject from reservations r where r.id = reservation for update;
    if not found then
        perform refuse('cancels_known_reservation', 'there is no such reservation');
    end if;
    if subject.status = 'cancelled' then
        perform refuse('reservations_cancelled_is_final', 'it was cancelled before');
    end if;
    select array_agg(locked.id) into sold
    from (
        select s.id from reservation_seats rs join seats s on s.id = rs.seat_id
        where rs.reservation_id = reservation and rs.released_at is null
        order by s.id
        for update of s
    ) as locked;

    -- Write.
    update reservations r
    set status = 'cancelled', cancelled_at = clock_timestamp(), updated_at = clock_timestamp()
    where r.id = reservation;
    update reservation_seats rs set released_at = clock_timestamp()
    where rs.reservation_id = reservation and rs.released_at is null;
    update seats s set status = 'available', updated_at = clock_timestamp(), changed_in = pg_current_xact_id()
    where s.id = any (sold);
    perform verbs.note(operation, 'cancel', reason || jsonb_build_object(
        'concert', subject.concert_id, 'reservation', reservation, 'seats', to_jsonb(sold)), reservation);
    return cardinality(sold);
end $$;
