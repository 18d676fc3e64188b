-- Two seats under this counter's hold, sold as one would type it. The password is hashed already.
\set pair :client_id * :share + :done + 1
\set done :done + 1
\set one 2 * :pair - 1
\set two 2 * :pair
begin;
select s.id, s.hold_token, s.hold_expires_at, t.price from seats s join concert_seat_tiers t on t.id = s.seat_tier_id
where s.id in (md5('seat ' || :one::int)::uuid, md5('seat ' || :two::int)::uuid)
order by s.id
for update of s;
insert into reservations (id, concert_id, customer_name, phone_number, password_hash)
values (
    md5('sale ' || :round::int || ' ' || :pair::int)::uuid,
    md5('concert ' || (:one::int - 1) / :seats::int + 1)::uuid, '홍길동', '01012345678',
    '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g');
insert into reservation_seats (reservation_id, seat_id, concert_id, price)
values
    (md5('sale ' || :round::int || ' ' || :pair::int)::uuid, md5('seat ' || :one::int)::uuid,
        md5('concert ' || (:one::int - 1) / :seats::int + 1)::uuid, 50000),
    (md5('sale ' || :round::int || ' ' || :pair::int)::uuid, md5('seat ' || :two::int)::uuid,
        md5('concert ' || (:one::int - 1) / :seats::int + 1)::uuid, 50000);
update seats set status = 'reserved', hold_token = null, held_by = null, hold_expires_at = null
where id in (md5('seat ' || :one::int)::uuid, md5('seat ' || :two::int)::uuid);
insert into journal (op_id, kind, detail)
values (gen_random_uuid(), 'confirm', jsonb_build_object(
    'concert', md5('concert ' || (:one::int - 1) / :seats::int + 1)::uuid,
    'seats', jsonb_build_array(md5('seat ' || :one::int)::uuid, md5('seat ' || :two::int)::uuid),
    'total', 100000));
commit;
