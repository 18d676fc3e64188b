//! The words on a ticket, and dates and money as people read them.

use chrono::{Datelike, NaiveDateTime, Timelike};

/// Whose words are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Korean.
    Ko,
    /// English.
    En,
}

pub(crate) struct Words {
    pub receipt: &'static str,
    pub number: &'static str,
    pub sold: &'static str,
    pub walk_up: &'static str,
    pub total: &'static str,
    pub date_open: &'static str,
    pub seats: fn(usize) -> String,
    pub reprint: fn(u32) -> String,
    pub date: fn(NaiveDateTime) -> String,
}

impl Language {
    pub(crate) fn words(self) -> &'static Words {
        match self {
            Self::Ko => &KOREAN,
            Self::En => &ENGLISH,
        }
    }

    /// As PDF names it.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::Ko => "ko",
            Self::En => "en",
        }
    }
}

const KOREAN: Words = Words {
    receipt: "영수증",
    number: "예약 번호",
    sold: "판매",
    walk_up: "현장 판매",
    total: "합계",
    date_open: "일시 미정",
    seats: |count| format!("{count}석"),
    reprint: |count| format!("재발행 {count}회"),
    date: |at| {
        let weekday = ["일", "월", "화", "수", "목", "금", "토"][at.weekday().num_days_from_sunday() as usize];
        format!("{}년 {}월 {}일 ({weekday}) {}", at.year(), at.month(), at.day(), time(at))
    },
};

const ENGLISH: Words = Words {
    receipt: "Receipt",
    number: "Reservation",
    sold: "Sold",
    walk_up: "Walk-up sale",
    total: "Total",
    date_open: "Date to be announced",
    seats: |count| if count == 1 { "1 seat".into() } else { format!("{count} seats") },
    reprint: |count| format!("Reprint {count}"),
    date: |at| {
        let weekday = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][at.weekday().num_days_from_sunday() as usize];
        let month = [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ][at.month0() as usize];
        format!("{weekday} {} {month} {}, {}", at.day(), at.year(), time(at))
    },
};

/// By 24 hours: 7:30 in the morning and in the evening are told apart.
pub(crate) fn time(at: NaiveDateTime) -> String {
    format!("{}:{:02}", at.hour(), at.minute())
}

/// `₩165,000`.
pub(crate) fn won(amount: i64) -> String {
    let digits = amount.unsigned_abs().to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{}₩{grouped}", if amount < 0 { "−" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_grouped_by_thousands() {
        let read = [0, 999, 1000, 165_000, 1_234_567, -50_000, i64::MIN].map(won);
        assert_eq!(read, ["₩0", "₩999", "₩1,000", "₩165,000", "₩1,234,567", "−₩50,000", "−₩9,223,372,036,854,775,808"]);
    }

    #[test]
    fn a_date_has_its_year_and_weekday() {
        let at = chrono::NaiveDate::from_ymd_opt(2026, 12, 24).unwrap().and_hms_opt(19, 5, 0).unwrap();
        assert_eq!((Language::Ko.words().date)(at), "2026년 12월 24일 (목) 19:05");
        assert_eq!((Language::En.words().date)(at), "Thu 24 December 2026, 19:05");
    }
}
