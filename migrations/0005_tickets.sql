-- A row for each ticket that was ever issued, one a seat and print. Only the last one of a seat is valid: a ticket is
-- void once it is printed again.
create table tickets (
    reservation_id uuid not null,
    seat_id uuid not null,
    -- 1 for the first print; what is above that is a reprint.
    issue int not null,
    -- Of the code in the ticket's QR. Who reads this table can't make a ticket.
    code_hash bytea not null,
    issued_at timestamptz not null default clock_timestamp(),
    issued_by text not null default session_user,
    primary key (reservation_id, seat_id, issue),
    constraint tickets_code_hash_key unique (code_hash),
    constraint tickets_code_is_hashed check (octet_length(code_hash) = 32),
    constraint tickets_issue_counts check (issue >= 1),
    constraint tickets_of_sold_seat_fkey
        foreign key (reservation_id, seat_id) references reservation_seats (reservation_id, seat_id)
);

create trigger tickets_never_deleted before delete or truncate on tickets
for each statement execute function refuse_delete();
create trigger tickets_append_only before update on tickets
for each row execute function refuse_row('a ticket stays as it was issued');

alter table journal drop constraint journal_kind_known;
alter table journal add constraint journal_kind_known check (
    kind in ('hold', 'release', 'confirm', 'cancel', 'sweep', 'resolve', 'look_up', 'manage', 'print')
);
