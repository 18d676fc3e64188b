-- Group roles `counter` and `manager` are cluster-wide: the set-up makes them once, this only grants.

-- The four functions where a boundary needs one ------------------------------------------------------------------

-- 16 bytes that are the same for a phone each time and for an unknown phone just as well, so that one argon2id string
-- can be compared with every reservation of that phone. A keyed hash in two keyed passes (the built-in sha256 has no
-- HMAC).
create function phone_salt(phone text) returns bytea
language sql stable security definer set search_path = public, pg_temp as $$
    select substring(sha256(outer_key || sha256(inner_key || convert_to(phone, 'UTF8'))) for 16) from server_secret
$$;

-- Step 1 of a look-up: stores the guess and counts it. Says nothing about whether it is right. Without a ticket,
-- wait_seconds tells how long the phone or the login has to wait.
create function open_look_up(phone text, guess text, out ticket uuid, out wait_seconds int)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    window_length constant interval := interval '15 minutes';
    most_for_phone constant int := 10;
    most_for_login constant int := 60;
    oldest timestamptz;
begin
    -- Two at once would each count without the other.
    perform pg_advisory_xact_lock(hashtextextended('look-up ' || phone, 0));
    select min(opened_at) into oldest from (
        select t.opened_at from look_up_tickets t
        where t.phone_number = phone and t.reservations = '{}' and t.opened_at > clock_timestamp() - window_length
        order by t.opened_at desc limit most_for_phone
    ) failed having count(*) >= most_for_phone;
    if oldest is null then
        select min(opened_at) into oldest from (
            select t.opened_at from look_up_tickets t
            where t.who = session_user and t.reservations = '{}' and t.opened_at > clock_timestamp() - window_length
            order by t.opened_at desc limit most_for_login
        ) failed having count(*) >= most_for_login;
    end if;
    if oldest is not null then
        wait_seconds := greatest(1, ceil(extract(epoch from oldest + window_length - clock_timestamp())));
        return;
    end if;
    insert into look_up_tickets (phone_number, guess) values (phone, guess) returning id into ticket;
    wait_seconds := 0;
end $$;

-- Step 2: compares on the server. The ticket was committed before, so a rollback here only gives the same answer again.
create function answer_look_up(ticket uuid) returns table (
    reservation_id uuid, concert_id uuid, title text, venue text, starts_at timestamptz, status reservation_status,
    customer_name text, phone_number text, created_at timestamptz, cancelled_at timestamptz, seats jsonb
)
language plpgsql security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
begin
    update look_up_tickets t
    set answered_at = clock_timestamp(),
        guess = null,
        reservations = array(
            select r.id from reservations r
            where r.phone_number = t.phone_number and r.password_hash = t.guess and r.deleted_at is null
        )
    where t.id = answer_look_up.ticket and t.who = session_user and t.answered_at is null
        and t.opened_in <> pg_current_xact_id();
    return query
    select r.id, r.concert_id, c.title, c.venue, c.starts_at, r.status, r.customer_name, r.phone_number, r.created_at,
        r.cancelled_at,
        (
            select jsonb_agg(jsonb_build_object(
                'id', s.id, 'label', s.label, 'section', s.section_label, 'row', s.row_label, 'number', s.seat_number,
                'tier', tier.label, 'price', rs.price) order by s.section_label, s.row_number, s.seat_number, s.label)
            from reservation_seats rs
            join seats s on s.id = rs.seat_id
            join concert_seat_tiers tier on tier.id = s.seat_tier_id
            where rs.reservation_id = r.id
        )
    from look_up_tickets t
    join reservations r on r.id = any (t.reservations)
    join concerts c on c.id = r.concert_id
    where t.id = answer_look_up.ticket and t.who = session_user
        and t.answered_at > clock_timestamp() - interval '10 minutes'
    order by r.status, c.starts_at, r.created_at;
end $$;

-- Settles an operation whose COMMIT answer was lost. The insert waits for one that is still in flight, and a late one
-- hits the key; the select is a later statement with a snapshot of its own.
create function resolve_operation(operation uuid, out kind text, out outcome text, out detail jsonb)
language plpgsql security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
begin
    insert into journal (op_id, kind, outcome) values (operation, 'resolve', 'void') on conflict do nothing;
    select j.kind, j.outcome, j.detail into kind, outcome, detail
    from journal j where j.op_id = operation and j.who = session_user;
end $$;

-- Changes when the database was restored or a standby took over: then no snapshot number of before means anything.
create function server_incarnation() returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select (select system_identifier from pg_control_system()) || ':' || (select timeline_id from pg_control_checkpoint())
        || ':' || (select oid from pg_database where datname = current_database())
$$;

-- Grants ----------------------------------------------------------------------------------------------------------

revoke all on all tables in schema public from public;
revoke all on all functions in schema public from public;
revoke create on schema public from public;
grant usage on schema public to counter, manager;
-- Called by the guards that run as the counter itself.
grant execute on function refuse, is_bound, bound_as_counter, may_cancel to counter, manager;
grant execute on function phone_salt, open_look_up, answer_look_up, resolve_operation, server_incarnation
    to counter, manager;

grant select on settings, _sqlx_migrations to counter, manager;
grant select on concerts, concert_seat_tiers, seats to counter, manager;
grant update (status, hold_expires_at, hold_token, held_by) on seats to counter, manager;
grant select (id, concert_id, status, cancelled_at, created_at) on reservations to counter;
grant insert (id, concert_id, customer_name, phone_number, password_hash) on reservations to counter, manager;
grant update (status, cancelled_at) on reservations to counter, manager;
grant select on reservation_seats to counter, manager;
grant insert (reservation_id, seat_id) on reservation_seats to counter, manager;
grant update (released_at) on reservation_seats to counter, manager;
grant insert (op_id, kind, outcome, detail) on journal to counter, manager;
grant select, insert, update on counters to counter, manager;

grant insert, update on concerts, concert_seat_tiers to manager;
-- Not status or hold: a seat starts free.
grant insert (id, concert_id, seat_tier_id, label, section_label, row_label, row_number, seat_number, withheld_for, x, y, angle)
    on seats to manager;
grant update (seat_tier_id, label, section_label, row_label, row_number, seat_number, withheld_for, x, y, angle, deleted_at)
    on seats to manager;
-- No name and no phone: those come masked, or one by one and journalled.
grant select (id, concert_id, sold_by, status, cancelled_at, created_at, updated_at, deleted_at) on reservations to manager;
grant update (deleted_at) on reservations to manager;
grant select on journal, sweepers to manager;
grant insert, update on sweepers to manager;
grant update on settings to manager;

-- Rows --------------------------------------------------------------------------------------------------------------

alter table concerts enable row level security;
alter table concert_seat_tiers enable row level security;
alter table seats enable row level security;
alter table counters enable row level security;
alter table sweepers enable row level security;

create policy counters_see_concerts_on_sale on concerts for select to counter
    using (status = 'published' and deleted_at is null);
-- `exists`, not `in`: for a few seats it asks the concert's key, for a whole hall it makes a table of all concerts on
-- sale once. With `in`, each hold would make that table four times.
create policy counters_see_tiers_on_sale on concert_seat_tiers for select to counter
    using (exists (select from concerts c where c.id = concert_id) and deleted_at is null);
create policy counters_see_seats_on_sale on seats for select to counter
    using (exists (select from concerts c where c.id = concert_id) and deleted_at is null);
create policy counters_write_seats_on_sale on seats for update to counter
    using (exists (select from concerts c where c.id = concert_id) and deleted_at is null);

create policy managers_see_concerts on concerts to manager using (true);
create policy managers_see_tiers on concert_seat_tiers to manager using (true);
create policy managers_see_seats on seats to manager using (true);

create policy everyone_sees_counter_names on counters for select to counter, manager using (true);
create policy counters_name_themselves on counters for insert to counter with check (login = session_user);
create policy counters_rename_themselves on counters for update to counter using (login = session_user);
create policy managers_name_counters on counters to manager using (true);
create policy managers_see_sweepers on sweepers for select to manager using (true);
create policy sweepers_note_their_own_passes on sweepers for insert to manager with check (login = session_user);
create policy sweepers_renew_their_own_passes on sweepers for update to manager using (login = session_user);
