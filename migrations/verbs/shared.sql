-- What several verbs share. No login may call any of it.
--
-- Every verb is one function, the definition of today: the set-up drops these schemas and makes them again whenever a
-- file changes. Each locks, looks, writes and tells, in that order and in statements of their own, so that what it looks
-- at was committed before its locks were granted. It is a security definer with a pinned path. Its plans are generic and
-- by key, since those made while the tables are empty are kept. What a clerk has to expect is an answer; a broken rule
-- is an error with a constraint name.
--
-- `me` is a text like the columns it is compared with: `session_user` is a name, and no index has its collation. Nor is it
-- passed on as a parameter, which would bring its collation along.
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
declare
    me constant text := session_user;
begin
    perform from counters c where c.login = me for no key update;
    if not found then
        insert into counters (login) values (me) on conflict (login) do nothing;
        perform from counters c where c.login = me for no key update;
    end if;
end $$;

-- Live holds of this login. Only what is held has a holder; the status is not asked for, lest the planner take the index
-- of all holds that await the sweep.
create function verbs.live_holds() returns bigint
language plpgsql as $$
declare
    me constant text := session_user;
begin
    return (
        select count(distinct s.hold_token) from seats s
        where s.held_by = me and s.hold_expires_at > clock_timestamp()
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

-- Takes a password's verifier of SCRAM and nothing else: a password itself could stand in the server's log.
create function verbs.check_verifier(verifier text) returns void
language plpgsql as $$
begin
    if verifier is null or verifier !~ '^SCRAM-SHA-256\$4096:[A-Za-z0-9+/]{22}==\$[A-Za-z0-9+/]{43}=:[A-Za-z0-9+/]{43}=$' then
        perform refuse('logins_verifier_is_scram', 'this is no verifier of a password');
    end if;
end $$;

-- One row for each write, in its transaction.
create function verbs.note(operation uuid, kind text, detail jsonb, reservation uuid default null) returns void
language plpgsql as $$
declare
    me constant text := session_user;
begin
    insert into journal (op_id, kind, detail, reservation_id, counter)
    values (operation, kind, detail, reservation,
        (select c.display_name from counters c where c.login = me));
end $$;

-- A look-up waits for the one before it of this line, and keeps the next one waiting until COMMIT.
create function verbs.queue_up(line text) returns void
language plpgsql as $$
begin
    insert into look_up_queues (name) values (line) on conflict (name) do update set name = excluded.name;
end $$;

-- The seconds that this login has to wait after sixty wrong look-ups within a quarter of an hour, or 0. Its look-ups are
-- counted one after the other: two at once would each count without the other. Not `= '{}'`: the planner might take the
-- index of all that any look-up ever found, and read each that found nothing.
create function verbs.login_waits() returns int
language plpgsql as $$
declare
    me constant text := session_user;
    free_again timestamptz;
begin
    perform verbs.queue_up('login ' || me);
    select t.opened_at + interval '15 minutes' into free_again
    from look_up_tickets t
    where t.who = me and cardinality(t.reservations) = 0 and t.opened_at > clock_timestamp() - interval '15 minutes'
    order by t.opened_at desc offset 59 limit 1;
    return verbs.seconds_until(free_again);
end $$;

-- At least one, for a moment that is still to come; 0 for none.
create function verbs.seconds_until(moment timestamptz) returns int
language plpgsql as $$
begin
    -- Of nothing and one, the greatest would be one.
    return case when moment is null then 0 else greatest(1, ceil(extract(epoch from moment - clock_timestamp()))) end;
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

-- 김수민 → 김*민, 이산 → 이*, John Smith → J*** S****, 김 → *: of several words the first letters stay, of one word the
-- first and, from three letters on, the last.
create function verbs.mask_name(name text) returns text
language sql immutable strict as $$
    select string_agg(case
            when char_length(word) = 1 then '*'
            when count = 1 and char_length(word) > 2 then
                left(word, 1) || repeat('*', char_length(word) - 2) || right(word, 1)
            else left(word, 1) || repeat('*', char_length(word) - 1)
        end, ' ' order by place)
    from (
        select word, place, count(*) over () as count
        from unnest(string_to_array(name, ' ')) with ordinality as words (word, place)
        where word <> ''
    ) words
$$;

-- 01012345678 → 010-****-5678, 0212345678 → 02-****-5678, +819012345678 → +81-******-5678, 15881234 → ****-1234
create function verbs.mask_phone(phone text) returns text
language sql immutable strict as $$
    select case
            when prefix = 0 then repeat('*', char_length(phone) - 4)
            else left(phone, prefix) || '-' || repeat('*', char_length(phone) - prefix - 4)
        end || '-' || right(phone, 4)
    from (
        select case when phone like '1%' then 0 when phone like '02%' then 2 when phone ~ '^0[35]0' then 4 else 3 end as prefix
    ) as known
$$;

-- Whether this login looked a reservation up within the last ten minutes. By the reservation first: of a login there are
-- as many look-ups as it ever made.
create function verbs.looked_up(reservation uuid) returns boolean
language plpgsql as $$
begin
    return exists (
        with tickets as materialized (
            select t.who, t.answered_at from look_up_tickets t where t.reservations @> array[reservation]
        )
        select from tickets where who = session_user and answered_at > clock_timestamp() - interval '10 minutes'
    );
end $$;

-- What became of each ticket that was ever issued: it admits while it is 'valid', and is void once it was 'reprinted' or
-- its sale 'cancelled'.
create view verbs.tickets_as_told as
select t.code_hash, t.reservation_id, t.seat_id,
    case
        when rs.released_at is not null then 'cancelled'
        when exists (
            select from tickets later
            where later.reservation_id = t.reservation_id and later.seat_id = t.seat_id and later.issue > t.issue
        ) then 'reprinted'
        else 'valid'
    end as state
from tickets t
join reservation_seats rs on rs.reservation_id = t.reservation_id and rs.seat_id = t.seat_id;

-- A ticket as it is printed; times by the venue's clock.
create type verbs.issued_ticket as (
    title text, venue text, starts_at timestamp, sold_at timestamp, counter text, walk_up boolean, reprint int,
    id uuid, label text, tier text, price bigint, code bytea
);

-- Issues a ticket for each seat of a reservation, for a counter and for a manager. The journal has it before anybody has
-- a code to print. The codes are told once: what is kept of them is their hash.
create function verbs.issue_tickets(operation uuid, reservation uuid) returns setof verbs.issued_ticket
language plpgsql as $$
declare
    subject reservations;
    next_issue int;
begin
    -- Lock: two prints at once would have one count, and a cancel ends what is printed.
    select * into subject from reservations r where r.id = reservation and r.deleted_at is null for no key update;
    if not found then
        perform refuse('cancels_known_reservation', 'there is no such reservation');
    end if;
    if subject.status = 'cancelled' then
        perform refuse('tickets_of_live_sale', 'it was cancelled before');
    end if;
    select coalesce(max(t.issue), 0) + 1 into next_issue from tickets t where t.reservation_id = reservation;

    -- Write.
    perform verbs.note(operation, 'print', jsonb_build_object(
        'concert', subject.concert_id, 'reservation', reservation, 'issue', next_issue,
        'seats', (
            select jsonb_agg(rs.seat_id) from reservation_seats rs
            where rs.reservation_id = reservation and rs.released_at is null
        )), reservation);
    return query
    with codes as materialized (
        -- 128 bits: a random uuid has six that are not.
        select rs.seat_id, rs.price,
            substring(sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())) for 16) as code
        from reservation_seats rs
        where rs.reservation_id = reservation and rs.released_at is null
    ), issued as (
        insert into tickets (reservation_id, seat_id, issue, code_hash)
        select reservation, c.seat_id, next_issue, sha256(c.code) from codes c
    )
    select concert.title, concert.venue, concert.starts_at at time zone rules.time_zone,
        subject.created_at at time zone rules.time_zone,
        coalesce((select n.display_name from counters n where n.login = subject.sold_by), subject.sold_by, ''),
        subject.walk_up, next_issue - 1, s.id, s.label, tier.label, c.price::bigint, c.code
    from codes c
    join seats s on s.id = c.seat_id
    join concert_seat_tiers tier on tier.id = s.seat_tier_id
    join concerts concert on concert.id = subject.concert_id
    cross join settings rules
    order by s.section_label, s.row_number, s.row_label, s.seat_number, s.label;
end $$;
