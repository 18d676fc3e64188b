-- What a login may read. Nothing else is granted to any of them: every write is a verb (verbs/).
-- The group roles `counter` and `manager` are cluster-wide: the set-up makes them, this only grants.

revoke all on all tables in schema public from public;
revoke all on all functions in schema public from public;
revoke create on schema public from public;

-- How a seat stands, for the login that asks. The one place that says so.
create function seat_state(status seat_status, withheld boolean, hold_expires_at timestamptz, held_by text) returns text
language sql volatile parallel safe as $$
    select case
        when withheld then 'withheld'
        when status = 'reserved' then 'reserved'
        when status = 'available' or hold_expires_at <= clock_timestamp() then 'available'
        when held_by = session_user then 'mine'
        else 'held'
    end
$$;

-- 16 bytes that are the same for a phone each time and for an unknown phone just as well, so that one argon2id string
-- can be compared with every reservation of that phone. A keyed hash in two keyed passes (the built-in sha256 has no
-- HMAC).
create function phone_salt(phone text) returns bytea
language sql stable security definer set search_path = public, pg_temp as $$
    select substring(sha256(outer_key || sha256(inner_key || convert_to(phone, 'UTF8'))) for 16) from server_secret
$$;

-- Changes when the database was restored, copied or taken over by a standby: then no snapshot number of before means
-- anything. The timeline is that of the WAL position: the control file keeps the old one for over a minute after a
-- promotion. A standby says so, and is never sold from.
create function server_incarnation() returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select (select system_identifier from pg_control_system()) || ':'
        || case when pg_is_in_recovery() then 'standby' else left(pg_walfile_name(pg_current_wal_lsn()), 8) end
        || ':' || (select oid from pg_database where datname = current_database())
$$;

revoke all on function seat_state, phone_salt, server_incarnation from public;
grant execute on function seat_state, phone_salt, server_incarnation to counter, manager;

grant select on settings, counters to counter, manager;
grant select on concerts, concert_seat_tiers to counter, manager;
-- Not why a seat is withheld.
grant select (id, concert_id, seat_tier_id, label, section_label, row_label, row_number, seat_number, status,
    hold_expires_at, hold_token, held_by, held_on, withheld, x, y, angle, changed_in, deleted_at) on seats to counter;
grant select on seats to manager;
-- No name, no phone, no hash: of those a look-up tells, and managers see them masked, or one by one and journalled.
grant select (id, concert_id, status, cancelled_at, created_at, walk_up) on reservations to counter;
grant select (id, concert_id, sold_by, walk_up, status, cancelled_at, created_at, updated_at, deleted_at) on reservations
    to manager;
grant select on reservation_seats to counter, manager;
grant select on journal, sweepers to manager;

alter table concerts enable row level security;
alter table concert_seat_tiers enable row level security;
alter table seats enable row level security;

create policy counters_see_concerts_on_sale on concerts for select to counter
    using (status = 'published' and deleted_at is null);
-- `exists`, not `in`: for a few seats it asks the concert's key, for a whole hall it makes a table of all concerts on
-- sale once.
create policy counters_see_tiers_on_sale on concert_seat_tiers for select to counter
    using (exists (select from concerts c where c.id = concert_id) and deleted_at is null);
create policy counters_see_seats_on_sale on seats for select to counter
    using (exists (select from concerts c where c.id = concert_id) and deleted_at is null);

create policy managers_see_concerts on concerts for select to manager using (true);
create policy managers_see_tiers on concert_seat_tiers for select to manager using (true);
create policy managers_see_seats on seats for select to manager using (true);
