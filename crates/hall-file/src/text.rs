//! Texts out of files, made comparable. One rule says which two texts a customer reads as the same.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::decompose_compatible;

/// Cells are short; what is longer is somebody's essay.
const CELL_MOST: usize = 4_000;

/// A cell's text on one line: composed, full-width letters and digits as plain ones, nothing invisible, white space single.
/// Compatibility jamo (`ㄱ구역`) stay what they are: their decompositions aren't what a keyboard types.
pub(crate) fn plain(text: &str) -> String {
    if text.len() < 16 && text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return text.to_owned();
    }
    let mut wide = String::with_capacity(text.len());
    for c in text.chars().take(CELL_MOST) {
        match c {
            _ if is_unseen(c) => {}
            '\u{3131}'..='\u{318e}' => wide.push(c),
            _ if c.is_control() || c.is_whitespace() => wide.push(' '),
            _ => decompose_compatible(c, |part| wide.push(part)),
        }
    }
    let mut line = String::with_capacity(wide.len());
    for word in wide.nfc().collect::<String>().split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// Of no width, or only for the reading direction, or a filler that looks like nothing.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}')
}

/// What two labels have in common that a customer reads as the same: `1`, `01`, `１` and `1 ` are one seat's number,
/// `가` composed or not is one block. Small letters, no white space, numbers without leading zeros.
#[must_use]
pub fn identity(label: &str) -> String {
    let mut same = String::with_capacity(label.len());
    let mut zeros = 0;
    for c in plain(label).chars().flat_map(char::to_lowercase).filter(|c| !c.is_whitespace()) {
        let after_digit = same.ends_with(|last: char| last.is_ascii_digit());
        if c == '0' && !after_digit {
            zeros += 1;
            continue;
        }
        if zeros > 0 && !c.is_ascii_digit() {
            same.push('0');
        }
        zeros = 0;
        same.push(c);
    }
    if zeros > 0 {
        same.push('0');
    }
    same
}

/// For words that are looked up: small letters without white space.
pub(crate) fn folded(text: &str) -> String {
    plain(text).chars().flat_map(char::to_lowercase).filter(|c| !c.is_whitespace()).collect()
}

/// A price in won: `132,000원`, `₩132000`, `\132,000`, `11만원` and `132000` are such. None if it is something else.
pub(crate) fn won(text: &str) -> Option<i64> {
    let text = folded(text);
    // `45,00` is somebody's 45 euros, not 4,500 won.
    let is_grouped = text.match_indices(',').all(|(at, _)| {
        let digits = text[at + 1..].chars().take_while(char::is_ascii_digit).count();
        digits == 3 && text[..at].ends_with(|c: char| c.is_ascii_digit())
    });
    if !is_grouped {
        return None;
    }
    let text: String =
        text.chars().filter(|c| !matches!(c, ',' | '₩' | '\\' | '¥' | '円' | ':' | '\'' | '"')).collect();
    let text = text.strip_prefix("krw").or(text.strip_suffix("krw")).unwrap_or(&text);
    let text = text.strip_suffix("원정").or(text.strip_suffix('원')).or(text.strip_suffix("won")).unwrap_or(text);
    let text = text.strip_suffix(".-").or(text.strip_suffix(".00")).or(text.strip_suffix(".0")).unwrap_or(text);
    if matches!(text, "무료" | "초대" | "free") {
        return Some(0);
    }
    let digits = |text: &str| {
        let fits = (1..=12).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        fits.then(|| text.parse::<i64>().ok()).flatten()
    };
    match text.split_once('만') {
        Some((tens, "")) => digits(tens)?.checked_mul(10_000),
        Some((tens, rest)) => {
            let rest = rest.strip_suffix('천').map_or_else(|| digits(rest), |rest| Some(digits(rest)? * 1_000))?;
            digits(tens)?.checked_mul(10_000)?.checked_add(rest)
        }
        None => digits(text),
    }
}

/// A price inside of a longer text, such as a legend's `R석 110,000원`, and what is left of it.
pub(crate) fn with_price(text: &str) -> (String, Option<i64>) {
    let words: Vec<&str> =
        text.split([' ', ':', '/', '(', ')', '[', ']', '=', '|']).filter(|w| !w.is_empty()).collect();
    let looks = |word: &str| {
        let digits = word.chars().filter(char::is_ascii_digit).count();
        let marked = word.ends_with('원') || word.contains(['₩', '\\', '￦']) || word.contains("만");
        digits > 0 && (marked || (digits >= 4 && word.chars().all(|c| c.is_ascii_digit() || c == ',')))
    };
    let Some(at) = words.iter().position(|word| looks(word) && won(word).is_some()) else {
        // `R석110,000원` in one word.
        if let Some(start) = text.find(|c: char| c.is_ascii_digit() || matches!(c, '₩' | '\\'))
            && text.ends_with('원')
            && let Some(price) = won(&text[start..])
        {
            return (text[..start].trim().to_owned(), Some(price));
        }
        return (text.to_owned(), None);
    };
    let price = won(words[at]);
    let rest: Vec<&str> = words.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, word)| *word).collect();
    (rest.join(" "), price)
}

/// A count of seats that a text tells, such as `가블록(49석)` or `총 178석`, and the text before it.
pub(crate) fn with_count(text: &str) -> (String, Option<u32>) {
    for word in ["석", "席", "seats", "Seats", "seat", "개", "명"] {
        for (at, _) in text.match_indices(word) {
            let before = text[..at].trim_end();
            let digits: String = before.chars().rev().take_while(|c| c.is_ascii_digit() || *c == ',').collect();
            let count: String = digits.chars().rev().filter(char::is_ascii_digit).collect();
            let Ok(count) = count.parse::<u32>() else { continue };
            let head =
                before[..before.len() - digits.len()].trim_end_matches([' ', '(', '[', ':', '-', '총', '계', '=']);
            let tail = text[at + word.len()..].trim_start_matches([' ', ')', ']', '.', ',']);
            let rest = if tail.is_empty() { head.to_owned() } else { format!("{head} {tail}") };
            return (rest.trim().to_owned(), Some(count));
        }
    }
    (text.to_owned(), None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_reads_the_same_is_the_same() {
        for same in ["1", "01", "１", "1\u{200b}", " 1", "001"] {
            assert_eq!(identity(same), "1", "{same:?}");
        }
        assert_eq!(identity("\u{1100}\u{1161}"), "가");
        assert_eq!(identity("ㄱ"), "ㄱ");
        assert_eq!(identity("A-01"), identity("a - 1"));
        assert_eq!(
            (identity("0"), identity("10"), identity("00"), identity("0a")),
            ("0".into(), "10".into(), "0".into(), "0a".into())
        );
        assert_ne!(identity("101"), identity("11"));
        assert_eq!(plain("ﾌﾞﾛｯｸ\n　Ａ"), "ブロック A");
    }

    #[test]
    fn prices_are_read_as_people_write_them() {
        for (text, price) in [
            ("132000", 132_000),
            ("132,000원", 132_000),
            ("￦132,000", 132_000),
            ("\\132,000", 132_000),
            (" １３２，０００ ", 132_000),
            ("132000.0", 132_000),
            ("11만원", 110_000),
            ("11만5천원", 115_000),
            ("무료", 0),
            ("KRW 99,000", 99_000),
        ] {
            assert_eq!(won(text), Some(price), "{text}");
        }
        for text in ["", "45,00", "1,2", ",000", "원", "R석", "-5", "1.5", "99999999999999999", "문의"] {
            assert_eq!(won(text), None, "{text}");
        }
    }

    #[test]
    fn prices_and_counts_are_found_in_longer_texts() {
        assert_eq!(with_price("R석 110,000원"), ("R석".into(), Some(110_000)));
        assert_eq!(with_price("S석(88,000)"), ("S석".into(), Some(88_000)));
        assert_eq!(with_price("A석66,000원"), ("A석".into(), Some(66_000)));
        assert_eq!(with_price("1층 R석"), ("1층 R석".into(), None));
        assert_eq!(with_count("가블록(49석)"), ("가블록".into(), Some(49)));
        assert_eq!(with_count("A열 (29석)"), ("A열".into(), Some(29)));
        assert_eq!(with_count("총 1,178석"), (String::new(), Some(1_178)));
        assert_eq!(with_count("R석"), ("R석".into(), None));
    }
}
