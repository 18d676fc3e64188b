-- Sells the seats of a hold of this login to somebody who is asked for nothing, where the venue allows it. What is kept in
-- the customer's place is a word and no number, and no hash that anything could match.
create function counter.confirm_walk_up(operation uuid, hold uuid, of_concert uuid, held uuid[], told bigint)
returns table (title text, venue text, starts_at timestamptz, sold_at timestamptz,
    id uuid, label text, section text, "row" text, number int, tier text, price bigint)
language plpgsql security definer
set search_path = public, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set lock_timeout = '2s' as $$
begin
    perform verbs.begin();
    if not (select s.walk_up_sales from settings s) then
        perform refuse('sales_walk_up_allowed', 'the venue sells to known customers only');
    end if;
    return query select * from verbs.sell(operation, hold, of_concert, held, told, '현장 판매', '', '');
end $$;
