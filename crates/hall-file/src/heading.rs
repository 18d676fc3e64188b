//! Finds the headings of a list wherever they stand, and what each means.

use std::collections::{BTreeMap, BTreeSet};

use crate::reading::Meaning;
use crate::sheet::Sheet;
use crate::text::{folded, plain};

/// How far down a title, an address and a legend may push the headings.
pub(crate) const ROWS_SEARCHED: usize = 80;
/// Values shown of a column.
const SAMPLES: usize = 4;

/// Headings in small letters without white space. The first of a meaning are its own words, those after the bar may mean
/// something else beside a better one.
const WORDS: [(Meaning, &[&str], &[&str]); 11] = [
    (
        Meaning::Floor,
        &["층", "층수", "층별", "층구분", "floor", "level", "階", "階数", "フロア", "étage", "etage"],
        &["stock"],
    ),
    (
        Meaning::Section,
        &[
            "구역",
            "블록",
            "블럭",
            "블락",
            "구역명",
            "블록명",
            "구획",
            "섹션",
            "section",
            "block",
            "zone",
            "sector",
            "ブロック",
            "エリア",
            "区画",
            "bereich",
            "secteur",
            "구역블록",
            "블록구역",
            "좌석블록",
            "좌석구역",
            "sectionname",
            "blockname",
        ],
        &["존", "area", "위치", "구분", "ゾーン", "좌석위치"],
    ),
    (
        Meaning::Row,
        &[
            "열",
            "행",
            "row",
            "列",
            "좌석열",
            "열번호",
            "열명",
            "reihe",
            "rang",
            "rowname",
            "rowlabel",
            "列番号",
            "좌석행",
            "fila",
        ],
        &["줄", "行", "line"],
    ),
    (
        Meaning::Number,
        &[
            "좌석번호",
            "좌석no",
            "좌석no.",
            "seatnumber",
            "seatno",
            "seatno.",
            "seat",
            "席番",
            "席番号",
            "座席番号",
            "座席",
            "좌석",
            "seatnumbers",
            "platz",
            "좌석넘버",
            "席",
            "siège",
            "asiento",
            "좌석정보",
            "좌석명",
            "seatname",
            "좌석번호목록",
            "座席位置",
        ],
        &["번호", "넘버", "번", "number", "番号", "番", "no", "no.", "num", "seats", "numbers", "#"],
    ),
    (
        Meaning::Count,
        &[
            "좌석수",
            "석수",
            "席数",
            "座席数",
            "seatcount",
            "noofseats",
            "총좌석수",
            "좌석수량",
            "numberofseats",
            "좌석개수",
        ],
        &[
            "수량", "매수", "count", "qty", "quantity", "개수", "수", "枚数", "합계", "계", "capacity", "인원", "소계",
            "total",
        ],
    ),
    (
        Meaning::Tier,
        &[
            "등급",
            "좌석등급",
            "석종",
            "권종",
            "席種",
            "券種",
            "tier",
            "category",
            "grade",
            "pricecategory",
            "좌석종류",
            "좌석구분",
            "kategorie",
            "pricelevel",
            "등급명",
            "席種名",
            "ticketcategory",
            "座席種別",
        ],
        &["class", "ランク", "等級", "종류", "type", "tickettype", "티켓종류"],
    ),
    (
        Meaning::Price,
        &[
            "가격",
            "정가",
            "단가",
            "티켓가",
            "티켓가격",
            "판매가",
            "좌석가격",
            "price",
            "価格",
            "料金",
            "単価",
            "정가격",
            "판매가격",
            "ticketprice",
            "preis",
            "prix",
            "precio",
            "티켓금액",
            "입장료",
            "unitprice",
            "facevalue",
            "券面額",
        ],
        &["금액", "amount", "金額", "値段", "요금"],
    ),
    (Meaning::X, &["x", "x좌표", "posx", "xpos", "x座標", "pos_x", "x_pos", "coordx", "positionx"], &["가로", "left"]),
    (Meaning::Y, &["y", "y좌표", "posy", "ypos", "y座標", "pos_y", "y_pos", "coordy", "positiony"], &["세로", "top"]),
    (
        Meaning::Show,
        &[
            "관람일",
            "공연일",
            "회차",
            "공연일시",
            "관람일시",
            "공연일자",
            "公演日",
            "公演",
            "performance",
            "show",
            "showdate",
        ],
        &["일시", "날짜", "date", "일자", "시간", "time"],
    ),
    (Meaning::Serial, &["순번", "연번", "일련번호", "連番", "통번", "index", "순서", "項番"], &["id"]),
];

/// A column and what its heading says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Column {
    pub column: u32,
    /// As it stands there.
    pub text: String,
    pub meaning: Option<Meaning>,
    /// The word is its own, not one that may mean something else.
    pub is_sure: bool,
}

/// A list in a sheet.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    /// The row of the headings; none if the rows begin without.
    pub heading: Option<u32>,
    /// The first row under them.
    pub first: u32,
    /// Columns side by side, or several lists side by side under repeated headings.
    pub groups: Vec<Vec<Column>>,
}

impl Table {
    pub fn columns(&self) -> impl Iterator<Item = &Column> {
        self.groups.iter().flatten()
    }
}

/// What a heading means, and whether surely.
pub(crate) fn meaning(text: &str) -> Option<(Meaning, bool)> {
    let text = plain(text);
    // A heading may explain itself in brackets, and say its unit: `금액(원)`, `번호 [number]`.
    const OPEN: [char; 6] = ['(', '[', '{', '<', '【', '「'];
    const CLOSE: [char; 6] = [')', ']', '}', '>', '】', '」'];
    // All of it may stand in brackets: `【ブロック】`.
    let whole =
        text.strip_prefix(OPEN).and_then(|rest| rest.strip_suffix(CLOSE)).filter(|inner| !inner.contains(CLOSE));
    let text = whole.unwrap_or(&text);
    let bare = text.split(OPEN).next().unwrap_or_default();
    let inner = text.split_once(OPEN).and_then(|(_, rest)| rest.split_once(CLOSE)).map(|(inner, _)| inner);
    let look = |word: &str| {
        let word = folded(word);
        let word = word.trim_matches(|c: char| matches!(c, '*' | ':' | '.' | '·' | '-' | '※' | '#')).replace('_', "");
        let found = |sure: bool| {
            let hit = |words: &&[&str]| words.contains(&word.as_str());
            WORDS
                .iter()
                .find(|(_, own, other)| hit(if sure { own } else { other }))
                .map(|(meaning, ..)| (*meaning, sure))
        };
        found(true).or_else(|| found(false))
    };
    look(bare)
        .or_else(|| inner.filter(|_| bare.trim().is_empty()).and_then(look))
        .or_else(|| bare.split(['/', ',', '·', '|']).filter(|part| !part.trim().is_empty()).find_map(look))
        .or_else(|| inner.and_then(look))
}

/// The list of a sheet. None if no row looks like its headings.
pub(crate) fn find(sheet: &Sheet) -> Option<Table> {
    let rows: Vec<u32> = sheet.rows.keys().copied().take(ROWS_SEARCHED).collect();
    let mut best: Option<(usize, u32, BTreeMap<u32, String>, u32)> = None;
    for (i, row) in rows.iter().enumerate() {
        let one = texts(sheet, *row);
        // Headings of two lines: a wide one over narrower ones.
        let two = rows.get(i + 1).filter(|next| **next == row + 1).map(|next| {
            let mut both = one.clone();
            for (column, text) in texts(sheet, *next) {
                if meaning(&text).is_some() || !both.contains_key(&column) {
                    both.insert(column, text);
                }
            }
            both
        });
        let under = rows.get(i + 1).map(|next| texts(sheet, *next)).unwrap_or_default();
        let is_wordy = under.values().filter(|text| meaning(text).is_some()).count() * 2 >= under.len().max(1);
        for (texts, first) in [(Some(one), row + 1), (two.filter(|_| is_wordy), row + 2)] {
            let Some(texts) = texts else { continue };
            let score = score(&texts);
            let is_better = match &best {
                // A line over the headings that adds nothing to them is a title.
                Some((found, _, _, from)) if *from == row + 1 && first == row + 1 => score >= *found && score > 0,
                Some((found, ..)) => score > *found,
                None => score > 0,
            };
            if is_better {
                best = Some((score, *row, texts, first));
            }
        }
    }
    let (_, row, texts, first) = best?;
    Some(Table { heading: Some(row), first, groups: groups(sheet, first, texts) })
}

pub(crate) fn texts(sheet: &Sheet, row: u32) -> BTreeMap<u32, String> {
    let cells = sheet.rows.get(&row).map_or(&[][..], Vec::as_slice);
    cells.iter().filter(|(_, cell)| !cell.text.is_empty()).map(|(column, cell)| (*column, cell.text.clone())).collect()
}

/// How many headings a row has; 0 unless seats could be read under them.
fn score(texts: &BTreeMap<u32, String>) -> usize {
    let meanings: BTreeSet<Meaning> =
        texts.values().filter_map(|text| meaning(text)).map(|(meaning, _)| meaning).collect();
    let places = [Meaning::Floor, Meaning::Section, Meaning::Row].iter().filter(|m| meanings.contains(m)).count();
    let has_numbers = meanings.contains(&Meaning::Number);
    let is_list = (has_numbers && meanings.len() >= 2) || (meanings.contains(&Meaning::Count) && places > 0);
    if is_list { meanings.len() } else { 0 }
}

/// Lists side by side begin where a meaning comes again.
pub(crate) fn groups(sheet: &Sheet, first: u32, mut texts: BTreeMap<u32, String>) -> Vec<Vec<Column>> {
    // A column may have values and no heading.
    for cells in sheet.rows.range(first..).map(|(_, cells)| cells).take(2_000) {
        for (column, _) in cells.iter().filter(|(_, cell)| !cell.text.is_empty()) {
            texts.entry(*column).or_default();
        }
    }
    let columns: Vec<Column> = texts
        .into_iter()
        .map(|(column, text)| {
            let (meaning, is_sure) = meaning(&text).unzip();
            Column { column, text, meaning, is_sure: is_sure.unwrap_or(false) }
        })
        .collect();
    let texts: Vec<&str> = columns.iter().map(|column| column.text.as_str()).filter(|text| !text.is_empty()).collect();
    let repeats =
        |part: usize| texts.len().is_multiple_of(part) && (part..texts.len()).all(|i| texts[i] == texts[i - part]);
    let width = (2..=texts.len() / 2).find(|part| repeats(*part));
    let mut groups: Vec<Vec<Column>> = vec![Vec::new()];
    for column in columns {
        let named = groups.last().map_or(0, |group| group.iter().filter(|column| !column.text.is_empty()).count());
        if width == Some(named) && !column.text.is_empty() {
            groups.push(Vec::new());
        }
        if let Some(group) = groups.last_mut() {
            group.push(column);
        }
    }
    groups.iter_mut().for_each(|group| one_each(group));
    groups
}

/// Of several columns of one meaning the surest keeps it: beside 좌석번호, `No` counts the lines.
fn one_each(group: &mut [Column]) {
    for wanted in
        [Meaning::Number, Meaning::Price, Meaning::Count, Meaning::Section, Meaning::Row, Meaning::Floor, Meaning::Tier]
    {
        let of: Vec<usize> = (0..group.len()).filter(|i| group[*i].meaning == Some(wanted)).collect();
        let Some(kept) = of.iter().copied().find(|i| group[*i].is_sure).or(of.first().copied()) else { continue };
        for i in of.into_iter().filter(|i| *i != kept) {
            let serial = wanted == Meaning::Number && !group[i].is_sure;
            group[i].meaning = serial.then_some(Meaning::Serial);
        }
    }
}

/// The first values under a heading, each once.
pub(crate) fn samples(sheet: &Sheet, first: u32, column: u32) -> Vec<String> {
    let mut samples: Vec<String> = Vec::new();
    for row in sheet.rows.range(first..).map(|(row, _)| *row).take(2_000) {
        let text = sheet.text((row, column));
        if !text.is_empty() && !samples.iter().any(|sample| sample == text) {
            samples.push(text.chars().take(60).collect());
        }
        if samples.len() == SAMPLES {
            break;
        }
    }
    samples
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_known_in_three_languages() {
        for (text, wanted) in [
            ("층", Meaning::Floor),
            ("블록 / 구역", Meaning::Section),
            ("구 역", Meaning::Section),
            ("좌석\n번호", Meaning::Number),
            ("번호 (number)", Meaning::Number),
            ("금액（원）", Meaning::Price),
            ("가격(원)", Meaning::Price),
            ("席種", Meaning::Tier),
            ("Seat No.", Meaning::Number),
            ("좌석수", Meaning::Count),
            ("\u{1112}\u{1162}\u{11bc}", Meaning::Row),
            ("*등급*", Meaning::Tier),
            ("ﾌﾞﾛｯｸ", Meaning::Section),
        ] {
            assert_eq!(meaning(text).map(|(meaning, _)| meaning), Some(wanted), "{text}");
        }
        for text in ["비고", "무대", "R석", "", "좌석배치도"] {
            assert_eq!(meaning(text), None, "{text}");
        }
    }
}
