-- What the promise needs on top of the given schema: columns, tables and constraints, each named.

-- Whoever connects may know which schema this is.
grant usage on schema public to counter, manager;
grant select on _sqlx_migrations to counter, manager;

-- One line of text as it is stored: composed, trimmed, with no character that is not seen or that turns the reading
-- direction around. Names in a list must say who they are. As what follows, in PL/pgSQL: a function in SQL is parsed anew by
-- each statement that checks a row.
create function is_plain(line text) returns boolean
language plpgsql immutable strict parallel safe as $$
begin
    return line is nfc normalized and line = btrim(line)
        and line !~ '[\u0001-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]';
end $$;

-- A Korean mobile number as it is stored: digits, as it is dialled in Korea.
create function is_mobile(phone text) returns boolean
language plpgsql immutable strict parallel safe as $$
begin
    return phone ~ '^(010[0-9]{8}|01[16789][0-9]{7,8})$';
end $$;

-- Any number as it is stored: a mobile one; another Korean one, of an area, of 070, 080, 030x or 050x, or of eight digits
-- such as 1588-1234; or one of abroad, + and its country first. The engine's customer.rs has the same rule.
create function is_phone(phone text) returns boolean
language plpgsql immutable strict parallel safe as $$
begin
    return public.is_mobile(phone)
        or phone ~ '^(02[0-9]{7,8}|0(3[1-3]|4[1-4]|5[1-5]|6[1-4]|80)[0-9]{7,8}|070[0-9]{8}|0[35]0[0-9]{8,9}|1[5-8][0-9]{6})$'
        or (phone ~ '^\+[1-9][0-9]{7,14}$' and phone !~ '^\+82');
end $$;

-- A clerk sells a date and a place, not a title.
alter table concerts
    add column venue text not null default '',
    add column starts_at timestamptz,
    add column note text not null default '',
    -- Counts managers' edits, so that two of them cannot overwrite each other.
    add column version bigint not null default 1,
    -- Nothing is held or sold while it is set. No status: what was on sale is on sale again.
    add column sales_paused boolean not null default false,
    -- The stage: {"x", "y", "width", "height"} in plan units, or null.
    add column stage jsonb,
    -- The transaction that last changed the seats' places or labels: a map is cached under it.
    add column layout_version xid8 not null default pg_current_xact_id(),
    add constraint concerts_title_is_plain check (is_plain(title) and char_length(title) between 1 and 200),
    add constraint concerts_venue_is_plain check (is_plain(venue) and char_length(venue) <= 200),
    add constraint concerts_note_length check (char_length(note) <= 2000),
    add constraint concerts_starts_at_is_finite check (isfinite(starts_at));

alter table concert_seat_tiers
    alter column concert_id set not null,
    add constraint concert_seat_tiers_price_not_negative check (price >= 0),
    add constraint concert_seat_tiers_price_most check (price <= 100000000),
    add constraint concert_seat_tiers_label_is_plain check (is_plain(label) and char_length(label) between 1 and 60),
    add constraint concert_seat_tiers_id_concert_id_key unique (id, concert_id);

alter table seats
    alter column concert_id set not null,
    alter column seat_tier_id set not null,
    -- Of each hold. Without it an expired hold that another counter took over looks just like one's own.
    add column hold_token uuid,
    -- The login, and the PC, since two PCs may work under one login.
    add column held_by text,
    add column held_on uuid,
    -- Whose the last hold was and when it ended: a login takes it again only after a pause.
    add column last_held_by text,
    add column last_hold_ended_at timestamptz,
    -- Why a seat is kept from sale (house seat, sight line, guest). That is the managers' business; that it is kept is
    -- everybody's.
    add column withheld_for text,
    add column withheld boolean not null generated always as (withheld_for is not null) stored,
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
        and (held_on is null or held_by is not null)
    ),
    add constraint seats_hold_ends check (isfinite(hold_expires_at)),
    add constraint seats_withheld_not_sold check (withheld_for is null or status = 'available'),
    add constraint seats_id_concert_id_key unique (id, concert_id),
    add constraint seats_tier_of_concert_fkey
        foreign key (seat_tier_id, concert_id) references concert_seat_tiers (id, concert_id),
    -- Every hold is a non-HOT update (the given partial index sees to that): leave room and tidy early.
    set (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 500);

create index idx_seats_changed on seats (concert_id, changed_in);
-- What one login holds, for the limit of it.
create index idx_seats_held_by on seats (held_by) where held_by is not null;

alter table reservations
    alter column concert_id set not null,
    -- The login that sold it.
    add column sold_by text,
    add constraint reservations_id_concert_id_key unique (id, concert_id),
    add constraint reservations_cancelled_has_time check ((status = 'cancelled') = (cancelled_at is not null)),
    add constraint reservations_name_length check (char_length(customer_name) between 1 and 80),
    add constraint reservations_name_is_plain check (is_plain(customer_name)),
    -- Sold at the counter to somebody who was asked for nothing: no phone, no password, and a word in the name's place.
    add column walk_up boolean not null generated always as (phone_number = '') stored,
    add constraint reservations_walk_up_is_nobody check (
        (phone_number = '') = (password_hash = '') and (phone_number <> '' or customer_name = '현장 판매')
    ),
    -- A password that a client forgot to hash is not written down.
    add constraint reservations_password_is_hashed check (
        password_hash = '' or (password_hash like '$argon2id$v=19$%' and char_length(password_hash) <= 200)
    ),
    add constraint reservations_phone_is_number check (phone_number = '' or is_phone(phone_number));

-- A look-up asks for phone and hash as one: with a wrong hash it reads no row of a phone that is known either, so that a
-- session's statistics tell nothing. By the phone's own index they would. No hash index: it reads all rows of one key to
-- add another, and some customers buy often. Walk-up sales, which are all alike, are never in it.
create index idx_reservations_phone_hash on reservations (hashtextextended(phone_number || password_hash, 0))
    where phone_number <> '';
-- The short number that people read to each other, for a look-up that a manager vouches for.
create index idx_reservations_number on reservations (right(id::text, 10));

alter table reservation_seats
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

-- One row per write, under the operation id that the client made before it sent anything: the audit trail, and the
-- fence that settles an operation whose COMMIT answer was lost. Also one for each look at a customer's data.
create table journal (
    op_id uuid primary key,
    kind text not null,
    outcome text not null default 'done',
    who text not null default session_user,
    -- How the login was called then.
    counter text,
    -- The PC's address and program, as the connection told them.
    client inet default inet_client_addr(),
    program text default left(current_setting('application_name'), 60),
    at timestamptz not null default clock_timestamp(),
    -- Whose data it was about.
    reservation_id uuid,
    detail jsonb not null default '{}',
    -- Tells a row of this transaction from one that was committed before. Not xmin: a savepoint has one of its own.
    written_in xid8 not null default pg_current_xact_id(),
    constraint journal_kind_known check (
        kind in ('hold', 'release', 'confirm', 'cancel', 'sweep', 'resolve', 'look_up', 'manage')
    ),
    constraint journal_outcome_known check (outcome in ('done', 'void'))
);

create index idx_journal_at on journal (at);
create index idx_journal_reservation on journal (reservation_id) where reservation_id is not null;

-- What a venue sets. One row.
create table settings (
    only_row boolean primary key default true,
    hold_seconds int not null default 300,
    seats_per_sale int not null default 10,
    -- Live holds of one login. A clerk has one, and those that a crash left.
    holds_per_login int not null default 8,
    -- For so long a login leaves a seat that it held to others: else it would hold it for ever.
    hold_again_seconds int not null default 1,
    cancel_cutoff_minutes int not null default 0,
    sales_after_start boolean not null default true,
    time_zone text not null default 'Asia/Seoul',
    -- Whether a counter sells without asking who buys.
    walk_up_sales boolean not null default true,
    -- Whether a sale keeps a number that is no Korean mobile's.
    other_phones boolean not null default false,
    version bigint not null default 1,
    constraint settings_only_one_row check (only_row),
    constraint settings_hold_seconds_range check (hold_seconds between 1 and 3600),
    constraint settings_seats_per_sale_range check (seats_per_sale between 1 and 100),
    constraint settings_holds_per_login_range check (holds_per_login between 1 and 1000000),
    constraint settings_hold_again_range check (hold_again_seconds between 0 and 60),
    constraint settings_cancel_cutoff_range check (cancel_cutoff_minutes between 0 and 525600)
);

insert into settings default values;

-- A row for each login that ever held a seat or has a name: how it is called on other counters' screens, and what its
-- limits are counted under a lock of.
create table counters (
    login text primary key,
    display_name text constraint counters_display_name_key unique,
    constraint counters_display_name_length check (char_length(display_name) between 1 and 40),
    -- What is told apart by a joiner, a variation or another kind of space only, looks like another counter.
    constraint counters_display_name_is_plain check (
        is_plain(display_name) and display_name is nfkc normalized
        and display_name !~ '[\u034f\u180b-\u180f\u200c\u200d\u2800\ufe00-\ufe0f\U000e0000-\U000e0fff]|  '
    )
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

-- A look-up in three committed steps: the guess is stored before it is compared, so that rolling back never gives a free
-- one, and what was found is in the journal before it is read.
create table look_up_tickets (
    id uuid primary key default gen_random_uuid(),
    -- One of three: a phone, the code of a printed ticket, or how a reservation's id ends.
    phone_number text not null default '',
    code_hash bytea,
    id_ending text,
    -- At the phone's password; or the manager who vouches for whoever has none.
    guess text,
    vouched_by text,
    who text not null default session_user,
    opened_in xid8 not null default pg_current_xact_id(),
    opened_at timestamptz not null default clock_timestamp(),
    answered_in xid8,
    answered_at timestamptz,
    reservations uuid[] not null default '{}',
    constraint look_up_tickets_guess_length check (char_length(guess) <= 200),
    constraint look_up_tickets_ask_one_thing check (num_nonnulls(nullif(phone_number, ''), code_hash, id_ending) = 1),
    -- What is answered has no guess any more.
    constraint look_up_tickets_know_a_secret check (
        answered_at is not null or num_nonnulls(guess, code_hash, vouched_by) = 1
    )
);

create index idx_look_up_tickets_phone on look_up_tickets (phone_number, opened_at);
create index idx_look_up_tickets_who on look_up_tickets (who, opened_at);
-- A cancel asks for it.
create index idx_look_up_tickets_reservations on look_up_tickets using gin (reservations) with (fastupdate = off);

-- Look-ups of a phone, and those of a login, are counted one after the other, under a lock of its row. Advisory locks
-- would be anybody's. Phones share lines that are there from the start: one that was looked up before looks, also in a
-- session's statistics, like one that nobody asked for.
create table look_up_queues (name text primary key);

insert into look_up_queues (name) select 'phone ' || line from generate_series(0, 1023) as line;

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
