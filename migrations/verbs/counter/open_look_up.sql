-- Step 1 of a look-up: stores the guess and counts it. Says nothing about whether it is right. Without a ticket,
-- wait_seconds tells how long the login or the phone has to wait. Any number may be asked for: one that was sold to stays
-- known when the venue keeps mobile numbers only from then on.
create function counter.open_look_up(phone text, guess text, out ticket uuid, out wait_seconds int)
language plpgsql security definer
set search_path = public, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set lock_timeout = '2s' as $$
declare
    free_again timestamptz;
begin
    perform verbs.begin();
    if not coalesce(is_phone(phone), false) then
        perform refuse('look_ups_phone_is_number', 'not a phone number');
    end if;
    if guess is null or guess not like '$argon2id$v=19$%' then
        perform refuse('look_ups_guess_is_hashed', 'the password is not hashed');
    end if;

    -- Lock and look, the login first; then the phone, which waits after ten wrong ones of whatever login.
    wait_seconds := verbs.login_waits();
    if wait_seconds = 0 then
        perform verbs.queue_up('phone ' || (hashtext(phone) & 1023));
        select t.opened_at + interval '15 minutes' into free_again
        from look_up_tickets t
        where t.phone_number = phone and t.vouched_by is null and cardinality(t.reservations) = 0
            and t.opened_at > clock_timestamp() - interval '15 minutes'
        order by t.opened_at desc offset 9 limit 1;
        wait_seconds := verbs.seconds_until(free_again);
    end if;

    -- Write.
    if wait_seconds = 0 then
        insert into look_up_tickets (phone_number, guess) values (phone, guess) returning id into ticket;
    end if;
end $$;
