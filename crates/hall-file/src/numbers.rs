//! The seat numbers in one cell: one, a list, ranges, or both.

use crate::text::plain;

/// Seats that one cell may stand for: more than any row has.
const MOST: usize = 2_000;

/// What a cell of seat numbers says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Numbers {
    /// One or several, in the order of the cell.
    Seats(Vec<String>),
    /// `1-2`: from 1 to 2, or a seat that is called so.
    Either {
        /// As a range.
        range: Vec<String>,
        /// As it stands.
        one: String,
    },
    /// Something else.
    Unread,
}

/// Reads `1 2 3 … 22`, `1,2,3`, `1~22`, `1-10, 15~22`, `10~1`, `A1~A8`, `1번, 2번`, `1~19 홀수`.
pub(crate) fn numbers(text: &str) -> Numbers {
    let text = plain(text);
    // `(22석)` after the numbers is their count.
    let text = match text.rfind('(') {
        Some(at) if text.ends_with(')') && text[at..].contains(['석', '席', '개', '명']) => {
            text[..at].trim().to_owned()
        }
        _ => text,
    };
    let text = without_brackets(&text);
    if text.chars().all(|c| c.is_ascii_digit()) && !text.is_empty() {
        return Numbers::Seats(vec![text]);
    }
    // White space around a range's sign is part of the range.
    let mut spaced = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '~' | '〜' | '∼' | '～' => close(&mut spaced, '~'),
            '–' | '—' | '‐' | '−' | '‑' | '-' => close(&mut spaced, '-'),
            ' ' if spaced.ends_with(['~', '-']) => {}
            _ => spaced.push(c),
        }
    }
    let step: fn(&i64) -> bool = match () {
        () if spaced.contains("홀수") || spaced.contains("odd") => |n| n % 2 == 1,
        () if spaced.contains("짝수") || spaced.contains("even") => |n| n % 2 == 0,
        () => |_| true,
    };
    let picked =
        spaced.contains("홀수") || spaced.contains("짝수") || spaced.contains("odd") || spaced.contains("even");
    let tokens: Vec<&str> = spaced
        .split([' ', ',', '、', '·', '・', ';', '/', '，', '.', '|', '…', '+', '&'])
        .filter(|token| !token.is_empty() && !matches!(*token, "홀수" | "짝수" | "odd" | "even" | "번" | "석"))
        .collect();
    let mut seats = Vec::new();
    let mut either = None;
    for (i, token) in tokens.iter().enumerate() {
        // `1 2 3 … 22`: what the dots stand for.
        if i + 1 == tokens.len()
            && tokens.len() > 1
            && (spaced.contains('…') || spaced.contains("..."))
            && let (Some(before), Some(last)) = (tokens[i - 1].parse::<i64>().ok(), token.parse::<i64>().ok())
            && before + 1 < last
            && last - before <= MOST as i64
        {
            seats.extend((before + 1..=last).map(|n| n.to_string()));
            continue;
        }
        match one_or_range(token) {
            Some((Token::One(name), _)) => seats.push(name),
            Some((Token::Range { prefix, from, to }, hyphen)) => {
                if from.abs_diff(to) >= MOST as u64 {
                    return Numbers::Unread;
                }
                let run: Vec<i64> = if from <= to { (from..=to).collect() } else { (to..=from).rev().collect() };
                let run = run.into_iter().filter(step).map(|n| format!("{prefix}{n}"));
                if hyphen && tokens.len() == 1 && !picked {
                    either = Some((*token).to_owned());
                }
                seats.extend(run);
            }
            None => return Numbers::Unread,
        }
        if seats.len() > MOST {
            return Numbers::Unread;
        }
    }
    match either {
        Some(one) => Numbers::Either { range: seats, one },
        None if seats.is_empty() => Numbers::Unread,
        None => Numbers::Seats(seats),
    }
}

/// `[1~4]` is `1~4`, and `5~9(홀수)` is `5~9 홀수`.
fn without_brackets(text: &str) -> String {
    let bare = text.strip_prefix(['[', '(', '{']).and_then(|text| text.strip_suffix([']', ')', '}']));
    let mut text = bare.filter(|bare| !bare.contains(['(', '[', '{'])).unwrap_or(text).to_owned();
    for (word, plain) in [
        ("홀수번호", "홀수"),
        ("짝수번호", "짝수"),
        ("홀수번", "홀수"),
        ("짝수번", "짝수"),
        ("奇数", "홀수"),
        ("偶数", "짝수"),
    ] {
        text = text.replace(word, plain);
    }
    for word in ["홀수", "짝수", "odd", "even"] {
        for bracketed in [format!("({word})"), format!("[{word}]")] {
            text = text.replace(&bracketed, &format!(" {word} "));
        }
    }
    // Words for a range.
    for (word, sign) in
        [("부터", "~"), ("까지", ""), ("から", "~"), ("まで", ""), (" to ", "~"), (" bis ", "~"), (" through ", "~")]
    {
        text = text.replace(word, sign);
    }
    text.trim().to_owned()
}

fn close(text: &mut String, sign: char) {
    while text.ends_with(' ') {
        text.pop();
    }
    text.push(sign);
}

enum Token {
    One(String),
    Range { prefix: String, from: i64, to: i64 },
}

/// The token, and whether a hyphen made it a range.
fn one_or_range(token: &str) -> Option<(Token, bool)> {
    let bare = |text: &str| text.trim_end_matches(['번', '番', '席', '석', '호']).trim().to_owned();
    for sign in ['~', '-'] {
        let Some((from, to)) = token.split_once(sign) else { continue };
        let (from, to) = (bare(from), bare(to));
        let (prefix, first) = split_number(&from)?;
        let (other, last) = split_number(&to)?;
        if other.is_empty() || other == prefix {
            return Some((Token::Range { prefix: prefix.to_owned(), from: first, to: last }, sign == '-'));
        }
        return None;
    }
    let name = bare(token);
    let is_name =
        !name.is_empty() && name.chars().count() <= 12 && name.chars().all(|c| c.is_alphanumeric() || c == '_');
    // A word without any digit is a name only if it is short: `A`, `가`, `OP`.
    let is_name = is_name && (name.chars().any(|c| c.is_ascii_digit()) || name.chars().count() <= 3);
    is_name.then_some((Token::One(name), false))
}

/// Letters and the number after them.
fn split_number(text: &str) -> Option<(&str, i64)> {
    let at = text.find(|c: char| c.is_ascii_digit())?;
    let (prefix, digits) = text.split_at(at);
    let fits = digits.len() <= 6 && digits.bytes().all(|byte| byte.is_ascii_digit());
    (fits && prefix.chars().all(char::is_alphabetic)).then(|| digits.parse().ok().map(|n| (prefix, n))).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(from: i64, to: i64) -> Vec<String> {
        if from <= to {
            (from..=to).map(|n| n.to_string()).collect()
        } else {
            (to..=from).rev().map(|n| n.to_string()).collect()
        }
    }

    #[test]
    fn lists_and_ranges_are_read_as_agencies_write_them() {
        for (text, wanted) in [
            ("7", run(7, 7)),
            ("12번", run(12, 12)),
            ("1 2 3 4 5 6", run(1, 6)),
            ("1,2,3", run(1, 3)),
            ("1, 2, 3번", run(1, 3)),
            ("1~22", run(1, 22)),
            ("1 ～ 22번", run(1, 22)),
            ("1번~22번", run(1, 22)),
            ("1~22 (22석)", run(1, 22)),
            ("10~1", run(10, 1)),
            ("12 11 10", run(12, 10)),
            ("1 2 3 … 22", run(1, 22)),
            ("1,2,3,...,22", run(1, 22)),
            ("1-10, 15~22", [run(1, 10), run(15, 22)].concat()),
            ("1 2 3 4, 7-10", [run(1, 4), run(7, 10)].concat()),
            ("1~7 홀수", vec!["1".into(), "3".into(), "5".into(), "7".into()]),
            ("A1~A3", vec!["A1".into(), "A2".into(), "A3".into()]),
        ] {
            assert_eq!(numbers(text), Numbers::Seats(wanted), "{text}");
        }
        assert_eq!(numbers("1-3"), Numbers::Either { range: run(1, 3), one: "1-3".into() });
        for text in ["", "~", "1~", "예매불가", "1~999999", "1~B3", "-"] {
            assert_eq!(numbers(text), Numbers::Unread, "{text}");
        }
    }
}
