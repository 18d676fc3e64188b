//! Whoever reaches the port without a password: half-open startups, garbage, and bytes one at a time. The server goes on
//! selling to those who are connected, and lets others in again when `authentication_timeout` has ended these.

use std::time::Duration;

use sqlx::Executor;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::ground::{HOLD, RENAME, World, server};

async fn socket() -> TcpStream {
    TcpStream::connect(("127.0.0.1", server().port())).await.unwrap()
}

#[tokio::test]
async fn half_open_startups_stop_nobody_who_is_connected() {
    let world = World::new().await;
    let mut clerk = world.raw("counter_1").await;
    let mut silent = Vec::new();
    for number in 0..150 {
        let mut socket = socket().await;
        // Every second one begins a message that it never ends.
        if number % 2 == 0 {
            socket.write_all(&[0, 0, 0, 80, 0, 3]).await.unwrap();
        }
        silent.push(socket);
    }
    clerk.execute(sqlx::AssertSqlSafe(world.fill(HOLD))).await.unwrap();
    // Below the server's limit a newcomer gets in as well.
    world.does("counter_2", RENAME).await;
    drop(silent);
}

#[tokio::test]
async fn garbage_is_hung_up_on_and_leaves_the_server_selling() {
    let world = World::new().await;
    let mut random = fastrand::Rng::with_seed(7);
    let mut openings: Vec<Vec<u8>> = (0..40).map(|_| (0..200).map(|_| random.u8(..)).collect()).collect();
    openings.push(b"GET / HTTP/1.1\r\nHost: maepyo\r\n\r\n".to_vec());
    // A length of nothing, of two gigabytes, of less than itself; a version of the future; a cancel of nobody's statement.
    openings.push(vec![0, 0, 0, 0]);
    openings.push(vec![0x7f, 0xff, 0xff, 0xff, 0, 3, 0, 0]);
    openings.push(vec![0, 0, 0, 3, 0, 3, 0, 0]);
    openings.push(vec![0, 0, 0, 8, 0, 99, 0, 0]);
    openings.push(vec![0, 0, 0, 16, 4, 210, 22, 46, 0, 0, 0, 1, 0, 0, 0, 1]);
    for opening in openings {
        let mut socket = socket().await;
        // It may hang up while this is being written.
        let _written = socket.write_all(&opening).await;
        let _closed = socket.shutdown().await;
        let mut answer = Vec::new();
        let end = tokio::time::timeout(Duration::from_secs(30), socket.read_to_end(&mut answer)).await;
        assert!(end.is_ok(), "{opening:?} keeps a connection");
        assert!(answer.first() != Some(&b'R'), "{opening:?} was let in");
    }
    world.does("counter_1", HOLD).await;
}

/// One that sends a byte at a time is not kept alive by it: the timeout counts from the beginning.
#[tokio::test]
async fn a_slow_startup_is_ended_however_busy_it_looks() {
    let world = World::new().await;
    world.as_owner("alter system set authentication_timeout = '5s'").await;
    world.as_owner("select pg_reload_conf()").await;
    let startup = b"\0\0\x01\0\0\x03\0\0user\0counter_1\0database\0postgres\0application_name\0";
    let mut ended = false;
    for _ in 0..20 {
        let mut socket = socket().await;
        for byte in startup.iter().cycle().take(200) {
            if socket.write_all(&[*byte]).await.is_err() {
                ended = true;
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
            if matches!(socket.try_read(&mut [0; 64]), Ok(0)) {
                ended = true;
                break;
            }
        }
        if ended {
            break;
        }
    }
    assert!(ended);
    world.as_owner("alter system reset authentication_timeout").await;
    world.as_owner("select pg_reload_conf()").await;
    world.does("counter_1", HOLD).await;
}
