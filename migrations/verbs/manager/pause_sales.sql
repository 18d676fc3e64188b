-- Stops the sale of a concert, or goes on with it. Waits for confirms in flight; those after it see it. Of another version
-- too: what must stop now is not to be refused for an edit elsewhere. Doing it twice is harmless, and is noted once.
create function manager.pause_sales(operation uuid, concert uuid, paused boolean) returns void
language plpgsql security definer set search_path = public, pg_temp set lock_timeout = '2s' as $$
declare
    subject concerts;
begin
    perform verbs.begin();
    subject := verbs.lock_concert_against_sales(concert);
    if subject.status <> 'published' then
        perform refuse('concerts_status_order', 'only a concert on sale is paused');
    end if;
    if subject.sales_paused <> paused then
        update concerts c set sales_paused = paused where c.id = concert;
        perform verbs.note_managing(operation, case when paused then 'pause_sales' else 'resume_sales' end, concert);
    end if;
end $$;
