-- Whose seat the code of a ticket's QR is, and whether it admits: 'valid', 'reprinted' once it was printed again,
-- 'cancelled'. Nothing for a code that was never issued. It tells no customer's data, and 128 random bits are not guessed.
create function counter.scan_ticket(code bytea) returns table (
    reservation_id uuid, concert_id uuid, title text, starts_at timestamptz, label text, tier text, state text
)
language plpgsql security definer
set search_path = public, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set lock_timeout = '2s' as $$
#variable_conflict use_column
begin
    perform verbs.begin();
    return query
    select t.reservation_id, s.concert_id, c.title, c.starts_at, s.label, tier.label, t.state
    from verbs.tickets_as_told t
    join seats s on s.id = t.seat_id
    join concerts c on c.id = s.concert_id
    join concert_seat_tiers tier on tier.id = s.seat_tier_id
    where t.code_hash = sha256(code);
end $$;
