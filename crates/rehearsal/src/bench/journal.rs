//! How long a month's record of who touched customers' data takes, out of a journal of years.

use std::time::Instant;

use box_office::AccessWords;

use super::figure::{Figure, Target};
use super::ground::Ground;
use super::{Error, Size, say};

/// Months that the journal is of.
const MONTHS: usize = 12;

/// The whole file, as the managers' program saves it.
pub async fn figure(ground: &Ground, size: &Size) -> Result<Figure, Error> {
    let rows = size.journal_rows;
    say(&format!("writing {rows} rows of the journal, which takes a while"));
    let halls = ground.halls_as_imported("inspected", 1, 100).await?;
    // Of twenty rows, nine are holds, eight sales, one a look-up, one a cancel and one of nobody's data.
    halls
        .as_owner(format!(
            "set session_replication_role = replica;
            insert into journal (op_id, kind, who, counter, client, program, at, reservation_id, detail)
            select (lpad(to_hex(1735657200000 + n * 3), 12, '0') || '7' || substr(md5('row ' || n), 14))::uuid,
                (array['hold', 'confirm', 'hold', 'confirm', 'hold', 'confirm', 'hold', 'confirm', 'hold', 'look_up',
                    'hold', 'confirm', 'hold', 'confirm', 'hold', 'confirm', 'hold', 'confirm', 'cancel', 'sweep'])[n % 20 + 1],
                'counter_' || n % 40 + 1, n % 40 + 1 || '번 창구', '192.168.0.1'::inet + n % 40, 'maepyo 0.1.0',
                '2025-01-01 00:00+09'::timestamptz + n * (interval '365 days' / {rows}),
                case when n % 20 in (1, 3, 5, 7, 9, 11, 13, 15, 17, 18) then md5('sale ' || n)::uuid end,
                jsonb_build_object('concert', md5('concert 1')::uuid, 'seats', jsonb_build_array(gen_random_uuid(), gen_random_uuid()))
            from generate_series(0, {rows} - 1) as n"
        ))
        .await?;
    halls.as_owner("vacuum (analyze) journal".to_owned()).await?;
    let manager = halls.manager().await?;
    let mut rounds = Vec::new();
    for round in 0..size.rounds {
        say(&format!("a month out of {rows} rows, round {} of {}", round + 1, size.rounds));
        let begin = Instant::now();
        let month = round % MONTHS;
        let file = manager.accesses(2025, month as i32 + 1, &words()).await?;
        rounds.push((begin.elapsed().as_secs_f64(), None));
        // Half of the rows are somebody's data.
        let lines = file.iter().filter(|byte| **byte == b'\n').count();
        if lines < rows / MONTHS / 3 {
            return Err(format!("the record has only {lines} lines").into());
        }
    }
    manager.close().await;
    let name = format!("a month's record of access, of {rows} rows of a year");
    Ok(Figure::of(name, "s", Some(Target::AtMost(5.0)), &rounds))
}

fn words() -> AccessWords {
    let word = |word: &str| word.to_owned();
    AccessWords {
        at: word("일시"),
        login: word("로그인"),
        counter: word("창구"),
        address: word("접속 위치"),
        program: word("프로그램"),
        action: word("작업"),
        reservation: word("예약 번호"),
        concert: word("공연"),
        actions: [("confirm".to_owned(), word("예약 완료"))].into(),
    }
}
