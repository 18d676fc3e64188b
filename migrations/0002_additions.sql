-- What the promise needs on top of the given schema: columns, tables and constraints, each named.

-- A clerk sells a date and a place, not a title.
alter table concerts
    add column venue text not null default '',
    add column starts_at timestamptz,
    add column note text not null default '',
    -- Counts managers' edits, so that two of them cannot overwrite each other.
    add column version bigint not null default 1,
    -- The stage: {"x", "y", "width", "height"} in plan units, or null.
    add column stage jsonb,
    -- The transaction that last changed the seats' places or labels: a map is cached under it.
    add column layout_version xid8 not null default pg_current_xact_id(),
    add constraint concerts_title_not_blank check (btrim(title) <> '');

alter table concert_seat_tiers
    alter column concert_id set not null,
    add constraint concert_seat_tiers_price_not_negative check (price >= 0),
    add constraint concert_seat_tiers_id_concert_id_key unique (id, concert_id);

alter table seats
    alter column concert_id set not null,
    alter column seat_tier_id set not null,
    -- Made by the holding counter for each hold. Without it an expired hold that another counter took over
    -- looks just like one's own.
    add column hold_token uuid,
    add column held_by text,
    -- Why a seat is kept from sale (house seat, sight line, guest).
    add column withheld_for text,
    -- Place on the plan; neighbouring seats are about 1 apart. Degrees clockwise.
    add column x real,
    add column y real,
    add column angle real not null default 0,
    -- The transaction of the last write: the delta query asks for everything at or above an old snapshot's xmin,
    -- which misses nothing, whatever order transactions commit in.
    add column changed_in xid8 not null default pg_current_xact_id(),
    add constraint seats_held_has_token check (
        (status = 'temporarily_held') = (hold_token is not null)
        and (hold_token is null) = (held_by is null)
        and (status = 'temporarily_held') = (hold_expires_at is not null)
    ),
    add constraint seats_withheld_not_sold check (withheld_for is null or status = 'available'),
    add constraint seats_place_is_whole check ((x is null) = (y is null)),
    add constraint seats_id_concert_id_key unique (id, concert_id),
    add constraint seats_tier_of_concert_fkey
        foreign key (seat_tier_id, concert_id) references concert_seat_tiers (id, concert_id),
    -- Every hold is a non-HOT update (the given partial index sees to that): leave room and tidy early.
    set (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 500);

create index idx_seats_changed on seats (concert_id, changed_in);

alter table reservations
    alter column concert_id set not null,
    -- The login that sold it; set by trigger.
    add column sold_by text,
    add constraint reservations_id_concert_id_key unique (id, concert_id),
    add constraint reservations_cancelled_has_time check ((status = 'cancelled') = (cancelled_at is not null)),
    add constraint reservations_name_length check (char_length(customer_name) between 1 and 80),
    add constraint reservations_phone_is_mobile check (phone_number ~ '^(010[0-9]{8}|01[16789][0-9]{7,8})$');

alter table reservation_seats
    -- Filled by trigger from the seat and its tier, whatever a client sends.
    add column concert_id uuid not null,
    add column price numeric(12, 0) not null,
    add column released_at timestamptz,
    add constraint reservation_seats_price_not_negative check (price >= 0),
    add constraint reservation_seats_reservation_of_concert_fkey
        foreign key (reservation_id, concert_id) references reservations (id, concert_id),
    add constraint reservation_seats_seat_of_concert_fkey
        foreign key (seat_id, concert_id) references seats (id, concert_id);

-- The database itself refuses a second live sale of a seat.
create unique index reservation_seats_one_live_sale on reservation_seats (seat_id) where released_at is null;
-- A guard asks for every sale of a seat, the released ones too; the primary key begins with the reservation.
create index idx_reservation_seats_seat on reservation_seats (seat_id);

-- One row per write, under the operation id that the client made before it sent anything: the audit trail, and the
-- fence that settles an operation whose COMMIT answer was lost.
create table journal (
    op_id uuid primary key,
    kind text not null,
    outcome text not null default 'done',
    who text not null default session_user,
    counter text,
    at timestamptz not null default clock_timestamp(),
    detail jsonb not null default '{}',
    -- Tells a row of this transaction from one that was committed before. Not xmin: a savepoint has one of its own.
    written_in xid8 not null default pg_current_xact_id(),
    constraint journal_kind_known check (kind in ('hold', 'release', 'confirm', 'cancel', 'sweep', 'resolve', 'manage')),
    constraint journal_outcome_known check (outcome in ('done', 'void'))
);

create index idx_journal_at on journal (at);

-- What a venue sets. One row.
create table settings (
    only_row boolean primary key default true,
    hold_seconds int not null default 300,
    seats_per_sale int not null default 10,
    cancel_cutoff_minutes int not null default 0,
    sales_after_start boolean not null default true,
    time_zone text not null default 'Asia/Seoul',
    version bigint not null default 1,
    constraint settings_only_one_row check (only_row),
    constraint settings_hold_seconds_range check (hold_seconds between 1 and 3600),
    constraint settings_seats_per_sale_range check (seats_per_sale between 1 and 100),
    constraint settings_cancel_cutoff_range check (cancel_cutoff_minutes between 0 and 525600)
);

insert into settings default values;

-- How a login is called on other counters' screens.
create table counters (
    login text primary key,
    display_name text not null,
    constraint counters_display_name_length check (char_length(btrim(display_name)) between 1 and 40)
);

create table sweepers (
    login text primary key,
    last_pass_at timestamptz not null,
    freed_last_pass int not null,
    freed_in_all bigint not null,
    -- Its own period: by that others can tell whether it still sweeps.
    every_seconds int not null,
    constraint sweepers_every_seconds_range check (every_seconds between 1 and 60)
);

-- A look-up in two committed steps: the guess is stored before it is compared, so that rolling back never gives a
-- free one.
create table look_up_tickets (
    id uuid primary key default gen_random_uuid(),
    phone_number text not null,
    guess text,
    who text not null default session_user,
    opened_in xid8 not null default pg_current_xact_id(),
    opened_at timestamptz not null default clock_timestamp(),
    answered_at timestamptz,
    reservations uuid[] not null default '{}'
);

create index idx_look_up_tickets_phone on look_up_tickets (phone_number, opened_at);
create index idx_look_up_tickets_who on look_up_tickets (who, opened_at);
-- Each row of a cancel asks for it.
create index idx_look_up_tickets_reservations on look_up_tickets using gin (reservations) with (fastupdate = off);

-- Keys the salts of customers' passwords; read by no login but the owner.
create table server_secret (
    only_row boolean primary key default true,
    outer_key bytea not null,
    inner_key bytea not null,
    constraint server_secret_only_one_row check (only_row)
);

insert into server_secret (outer_key, inner_key)
select
    sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())),
    sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));
