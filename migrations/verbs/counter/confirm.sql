-- Sells the seats of a hold of this login to a customer, for what the customer was told. The reservation has the
-- operation's id.
create function counter.confirm(
    operation uuid, hold uuid, of_concert uuid, held uuid[], told bigint, customer text, phone text, hash text
) returns table (title text, venue text, starts_at timestamptz, sold_at timestamptz,
    id uuid, label text, section text, "row" text, number int, tier text, price bigint)
language plpgsql security definer
set search_path = public, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set lock_timeout = '2s' as $$
begin
    perform verbs.begin();
    -- What nobody is kept by is a walk-up sale, which is another verb's.
    if not coalesce(is_phone(phone), false) then
        perform refuse('reservations_phone_is_number', 'not a phone number');
    end if;
    if not is_mobile(phone) and not (select s.other_phones from settings s) then
        perform refuse('sales_phone_is_mobile', 'the venue keeps mobile numbers only');
    end if;
    return query select * from verbs.sell(operation, hold, of_concert, held, told, customer, phone, hash);
end $$;
