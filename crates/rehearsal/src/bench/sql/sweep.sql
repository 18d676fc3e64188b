-- Every expired hold freed by one statement, as one would type it.
begin;
update seats set status = 'available', hold_token = null, held_by = null, hold_expires_at = null
where status = 'temporarily_held' and hold_expires_at <= clock_timestamp();
insert into journal (op_id, kind) values (gen_random_uuid(), 'sweep');
commit;
