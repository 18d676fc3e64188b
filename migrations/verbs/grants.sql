-- A function made anew may be executed by anyone until this says otherwise.
revoke all on schema verbs from public;
revoke all on all functions in schema verbs, counter, manager from public;
revoke all on all tables in schema verbs from public;
grant usage on schema counter to counter, manager;
grant usage on schema manager to manager;
grant execute on all functions in schema counter to counter, manager;
grant execute on all functions in schema manager to manager;
