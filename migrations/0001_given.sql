-- The given schema: names, types, defaults, indexes and constraints are fixed. Later migrations only add.

create type concert_status as enum ('draft', 'published', 'archived');
create type seat_status as enum ('available', 'temporarily_held', 'reserved');
create type reservation_status as enum ('confirmed', 'cancelled');

create table concerts (
    id uuid primary key default gen_random_uuid(),
    title text not null,
    status concert_status not null default 'draft',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    deleted_at timestamptz null,
    constraint concerts_deleted_after_created check (deleted_at is null or deleted_at >= created_at)
);

create index idx_concerts_status_published on concerts (status) where status = 'published';

create table concert_seat_tiers (
    id uuid primary key default gen_random_uuid(),
    concert_id uuid constraint concert_seat_tiers_concert_id_fkey references concerts (id) on update cascade,
    label text not null,
    price numeric(12, 0) not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    deleted_at timestamptz null,
    constraint concert_seat_tiers_concert_id_label_key unique (concert_id, label)
);

create table seats (
    id uuid primary key default gen_random_uuid(),
    concert_id uuid constraint seats_concert_id_fkey references concerts (id),
    seat_tier_id uuid constraint seats_seat_tier_id_fkey references concert_seat_tiers (id),
    label text not null,
    section_label text null,
    row_label text null,
    row_number int null,
    seat_number int null,
    status seat_status not null default 'available',
    hold_expires_at timestamptz null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    deleted_at timestamptz null,
    constraint seats_concert_id_label_key unique (concert_id, label),
    constraint seats_held_has_expiry check (
        (status = 'temporarily_held' and hold_expires_at is not null) or status <> 'temporarily_held'
    )
);

create index idx_seats_hold_cleanup on seats (hold_expires_at) where status = 'temporarily_held';

create table reservations (
    id uuid primary key default gen_random_uuid(),
    concert_id uuid constraint reservations_concert_id_fkey references concerts (id),
    customer_name text not null,
    phone_number text not null,
    password_hash text not null,
    status reservation_status not null default 'confirmed',
    cancelled_at timestamptz null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    deleted_at timestamptz null
);

create index idx_reservations_phone on reservations (phone_number);

create table reservation_seats (
    reservation_id uuid
        constraint reservation_seats_reservation_id_fkey references reservations (id) on delete cascade,
    seat_id uuid constraint reservation_seats_seat_id_fkey references seats (id) on update cascade,
    created_at timestamptz not null default now(),
    primary key (reservation_id, seat_id)
);
