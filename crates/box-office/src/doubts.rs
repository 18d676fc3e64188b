//! What about a server could lose an acknowledged sale, show a customer's data or turn a counter away. Looked at when a
//! program connects; docs/server.md says what to set.

use serde::{Deserialize, Serialize};
use specta::Type;
use sqlx::query;

use crate::connections::MOST;
use crate::server::READ_CONNECTIONS;
use crate::{BoxOffice, Result};

/// One of them. Sales go on all the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "doubt", rename_all = "snake_case")]
pub enum ServerDoubt {
    /// `fsync` is off: a power cut loses sales, and may break the database.
    FsyncOff,
    /// `full_page_writes` is off: a power cut may break the database.
    FullPageWritesOff,
    /// `synchronous_commit` is off. A verb waits for the disk all the same; whatever else writes does not.
    SynchronousCommitOff,
    /// What goes over the network can be read and changed.
    Unencrypted,
    /// Names and phone numbers get into the server's log.
    CustomersLogged,
    /// Not every login can open the connections that its program needs.
    FewConnections {
        /// `max_connections`, without those kept for superusers.
        allowed: i32,
        /// What all logins of counters and managers open at most.
        wanted: i32,
    },
}

/// Connections that one program opens at most.
const CONNECTIONS: i32 = READ_CONNECTIONS as i32 + MOST as i32;

impl BoxOffice {
    pub(crate) async fn doubts(&self) -> Result<Vec<ServerDoubt>> {
        // A refused row's values are in the DETAIL of its error, which only `terse` leaves out. Parameters are written with
        // a statement, when all are logged, or the slow ones, or some; and on an error, if so set.
        let server = query!(
            r#"
            select current_setting('fsync') <> 'on' as "fsync_off!",
                current_setting('full_page_writes') <> 'on' as "full_page_writes_off!",
                current_setting('synchronous_commit') in ('off', 'local') as "synchronous_commit_off!",
                inet_client_addr() is not null and host(inet_client_addr()) not in ('127.0.0.1', '::1')
                    and not exists (select from pg_stat_ssl where pid = pg_backend_pid() and ssl) as "unencrypted!",
                (current_setting('log_error_verbosity') <> 'terse' and current_setting('log_min_messages') not in ('fatal', 'panic'))
                    or current_setting('log_parameter_max_length_on_error') <> '0'
                    or (current_setting('log_parameter_max_length') <> '0' and (
                        current_setting('log_statement') = 'all'
                        or current_setting('log_min_duration_statement') <> '-1'
                        or current_setting('log_min_duration_sample') <> '-1'
                        or current_setting('log_transaction_sample_rate') <> '0')) as "customers_logged!",
                current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int as "allowed!",
                $1 * (
                    select count(*)::int from pg_roles
                    where rolcanlogin and not rolsuper and not rolcreaterole
                        and (pg_has_role(oid, 'counter', 'member') or pg_has_role(oid, 'manager', 'member'))
                ) as "wanted!"
            "#,
            CONNECTIONS
        )
        .fetch_one(&self.pool)
        .await?;
        let few = ServerDoubt::FewConnections { allowed: server.allowed, wanted: server.wanted };
        let all = [
            (server.fsync_off, ServerDoubt::FsyncOff),
            (server.full_page_writes_off, ServerDoubt::FullPageWritesOff),
            (server.synchronous_commit_off, ServerDoubt::SynchronousCommitOff),
            (server.unencrypted, ServerDoubt::Unencrypted),
            (server.customers_logged, ServerDoubt::CustomersLogged),
            (server.wanted > server.allowed, few),
        ];
        Ok(all.into_iter().filter_map(|(is_so, doubt)| is_so.then_some(doubt)).collect())
    }
}
