-- Step 1 of a look-up: stores the guess and counts it. Says nothing about whether it is right. Without a ticket,
-- wait_seconds tells how long the login or the phone has to wait.
create function counter.open_look_up(phone text, guess text, out ticket uuid, out wait_seconds int)
language plpgsql security definer
set search_path = public, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set lock_timeout = '2s' as $$
declare
    me constant text := session_user;
    -- Wrong ones within these minutes: ten of a phone, sixty of a login.
    since constant timestamptz := clock_timestamp() - interval '15 minutes';
    free_again timestamptz;
begin
    perform verbs.begin();
    if phone is null or phone !~ '^(010[0-9]{8}|01[16789][0-9]{7,8})$' then
        perform refuse('look_ups_phone_is_mobile', 'not a mobile number');
    end if;
    if guess is null or guess not like '$argon2id$v=19$%' then
        perform refuse('look_ups_guess_is_hashed', 'the password is not hashed');
    end if;

    -- Lock and look, the login first: two at once would each count without the other.
    perform verbs.queue_up('login ' || me);
    select t.opened_at + interval '15 minutes' into free_again
    from look_up_tickets t
    where t.who = me and t.reservations = '{}' and t.opened_at > since
    order by t.opened_at desc offset 59 limit 1;
    if not found then
        perform verbs.queue_up('phone ' || (hashtext(phone) & 1023));
        select t.opened_at + interval '15 minutes' into free_again
        from look_up_tickets t
        where t.phone_number = phone and t.reservations = '{}' and t.opened_at > since
        order by t.opened_at desc offset 9 limit 1;
    end if;
    wait_seconds := coalesce(greatest(1, ceil(extract(epoch from free_again - clock_timestamp()))), 0);

    -- Write.
    if not found then
        insert into look_up_tickets (phone_number, guess) values (phone, guess) returning id into ticket;
    end if;
end $$;
