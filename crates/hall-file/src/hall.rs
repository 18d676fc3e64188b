//! Makes the hall of what the files tell: labels, tiers and their prices, the order of rows, and counts.

use std::collections::{BTreeMap, HashMap};

use crate::doubts::{Ask, Doubts};
use crate::part::{Kind, Language, Part, Whereabouts, Words, language};
use crate::reading::{About, Choice, Count, Counts, Hall, Place, Seat, Tier};
use crate::rough::{Rough, RoughSeat, Scope, Spot};
use crate::text::identity;
use crate::{KnownTier, place};

/// As long as the box office keeps them.
const LABEL_MOST: usize = 120;
const NAME_MOST: usize = 40;
const TIER_MOST: usize = 60;
/// Labels that are asked about one by one; of more, all at once.
const REPEATS_ASKED: usize = 20;
/// The tier of a hall that names none.
const ONE_TIER: &str = "전석";

/// What tells a seat from all others, and its section and row from theirs.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Identity {
    pub floor: String,
    pub section: String,
    pub row: String,
    pub number: String,
}

impl Identity {
    pub fn of(seat: &RoughSeat, words: Words) -> Self {
        let of = |part: &Option<Part>, word| part.as_ref().map(|part| part.identity(word)).unwrap_or_default();
        Self {
            floor: of(&seat.floor, words.floor),
            section: of(&seat.section, words.section),
            row: of(&seat.row, words.row),
            number: identity(&seat.number.stem),
        }
    }

    fn section(&self) -> (String, String) {
        (self.floor.clone(), self.section.clone())
    }
}

/// The plan's words, by its headings and names.
pub(crate) fn words(rough: &Rough) -> Words {
    let names = rough.seats.iter().step_by(1 + rough.seats.len() / 500).flat_map(|seat| {
        let parts = [&seat.floor, &seat.section, &seat.row];
        parts.into_iter().flatten().flat_map(|part| [Some(part.stem.as_str()), part.word]).flatten()
    });
    let tiers = rough.tiers.iter().map(|tier| tier.label.as_str());
    let of_headings = language(rough.words.iter().map(String::as_str));
    // Names are a better sign than headings only where headings say nothing: `Parterre` under `구역` is a Korean's list.
    let language = match of_headings {
        Language::Other => language(names.chain(tiers)),
        known => known,
    };
    let words = Words::of(language);
    let words = rough.section_heading.as_deref().map_or(words, |heading| words.named(Kind::Section, heading));
    rough.row_heading.as_deref().map_or(words, |heading| words.named(Kind::Row, heading))
}

/// The hall and its counts.
pub(crate) fn make(
    mut rough: Rough,
    sheets: &[Vec<String>],
    known: &[KnownTier],
    doubts: &mut Doubts<'_>,
) -> (Hall, Counts) {
    let words = words(&rough);
    let (mut tiers, none) = tiers(&mut rough, sheets, known, doubts);
    let mut hall = Hall { stage: rough.stage, tiers: Vec::new(), seats: Vec::with_capacity(rough.seats.len()) };
    let mut identities: Vec<Identity> = Vec::with_capacity(rough.seats.len());
    let mut kept: Vec<usize> = Vec::with_capacity(rough.seats.len());
    let repeats = repeats(&rough, words, sheets, doubts);
    for (i, seat) in rough.seats.iter().enumerate() {
        let label = match repeats.get(&i) {
            Some(None) => continue,
            Some(Some((first, times))) => format!("{} ({times})", words.label(whereabouts(&rough.seats[*first]))),
            None => words.label(whereabouts(seat)),
        };
        let Whereabouts { floor, section, row, .. } = whereabouts(seat);
        let section = words.section_name(floor, section);
        let row = row.map(|row| row.stem.clone());
        let is_long = |name: &Option<String>| name.as_ref().is_some_and(|name| name.chars().count() > NAME_MOST);
        if label.chars().count() > LABEL_MOST || is_long(&section) || is_long(&row) || label.is_empty() {
            let ask = Ask::new("long label", About::LongLabel, label.as_str()).choices([Choice::LeaveOut]);
            doubts.ask(seat.spot.place(sheets), ask);
            continue;
        }
        kept.push(i);
        identities.push(Identity::of(seat, words));
        hall.seats.push(Seat {
            label,
            section,
            row,
            row_number: None,
            number: seat.number.as_number(),
            tier: seat.tier.unwrap_or(none),
            x: 0.0,
            y: 0.0,
        });
    }
    number_rows(&mut hall.seats, &identities, |i| rough.seats[kept[i]].line);
    let spots: Vec<(Spot, Option<(f64, f64)>)> =
        kept.iter().map(|i| (rough.seats[*i].spot, rough.seats[*i].at)).collect();
    let floors: Vec<i32> = kept.iter().map(|i| floor_order(rough.seats[*i].floor.as_ref())).collect();
    place::seats(&mut hall, &floors, &spots, rough.unit, sheets, doubts);
    let counts = counts(&rough, &hall, &tiers, words);
    drop_unused(&mut hall, &mut tiers);
    hall.tiers = tiers;
    (hall, counts)
}

fn whereabouts(seat: &RoughSeat) -> Whereabouts<'_> {
    Whereabouts {
        floor: seat.floor.as_ref(),
        section: seat.section.as_ref(),
        row: seat.row.as_ref(),
        number: Some(&seat.number),
    }
}

/// The first floor before the second, what is below the ground first of all, floors without a number at the end.
pub(crate) fn floor_order(floor: Option<&Part>) -> i32 {
    let Some(floor) = floor else { return 0 };
    let digits: String = floor.stem.chars().filter(char::is_ascii_digit).collect();
    let is_below = floor.stem.starts_with("지하") || floor.stem.starts_with(['B', 'b']);
    digits.parse::<i32>().map_or(1_000, |number| if is_below { -number } else { number })
}

/// Seats that a customer would read as one that was there before: left out, or the first of them and the place after it.
fn repeats(
    rough: &Rough,
    words: Words,
    sheets: &[Vec<String>],
    doubts: &mut Doubts<'_>,
) -> HashMap<usize, Option<(usize, u32)>> {
    let mut first: HashMap<Identity, usize> = HashMap::with_capacity(rough.seats.len());
    // Parts that differ can still make one label: `1층` as a floor and as a section.
    let mut labels: HashMap<String, usize> = HashMap::with_capacity(rough.seats.len());
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (i, seat) in rough.seats.iter().enumerate() {
        let before = *first.entry(Identity::of(seat, words)).or_insert(i);
        let before = if before == i { *labels.entry(words.label(whereabouts(seat))).or_insert(i) } else { before };
        if before != i {
            groups.entry(before).or_default().push(i);
        }
    }
    let one_by_one = groups.len() <= REPEATS_ASKED;
    let mut repeats = HashMap::new();
    for (before, again) in groups {
        let label = words.label(whereabouts(&rough.seats[before]));
        let key = if one_by_one { format!("repeated:{}", identity(&label)) } else { "repeated".to_owned() };
        let spots = std::iter::once(before).chain(again.iter().copied());
        let mut choice = None;
        for seat in spots {
            let ask = Ask::new(key.clone(), About::RepeatedSeat, label.clone());
            let ask = ask.choices([Choice::First, Choice::NumberThem]).open();
            choice = doubts.ask(rough.seats[seat].spot.place(sheets), ask);
        }
        for (seat, times) in again.into_iter().zip(2..) {
            repeats.insert(seat, (choice == Some(Choice::NumberThem)).then_some((before, times)));
        }
    }
    repeats
}

/// The tiers with their prices, and the one of seats that name none.
fn tiers(
    rough: &mut Rough,
    sheets: &[Vec<String>],
    known: &[KnownTier],
    doubts: &mut Doubts<'_>,
) -> (Vec<Tier>, usize) {
    let bare: Vec<Spot> = rough.seats.iter().filter(|seat| seat.tier.is_none()).map(|seat| seat.spot).collect();
    let mut none = 0;
    if let Some(first) = bare.first().copied() {
        let mut names: Vec<String> = rough.tiers.iter().map(|tier| tier.label.clone()).collect();
        names.extend(known.iter().map(|tier| tier.label.clone()).filter(|label| rough.known_tier(label).is_none()));
        let choices: Vec<Choice> = names.iter().cloned().map(Choice::Name).collect();
        // A hall of one tier has seats of that tier; where it names none, its name is the manager's to change.
        let default = match names.as_slice() {
            [] => Some(Choice::Name(ONE_TIER.to_owned())),
            [one] => Some(Choice::Name(one.clone())),
            _ => None,
        };
        let mut chosen = None;
        let all_in_one_row = bare.len();
        for spot in bare.into_iter().take(all_in_one_row) {
            let mut ask = Ask::new("no tier", About::NoTier, "").or_a_name();
            (ask.choices, ask.default) = (choices.clone(), default.clone());
            chosen = doubts.ask(spot.place(sheets), ask);
        }
        let label = match chosen {
            Some(Choice::Name(name)) => name.trim().to_owned(),
            _ => ONE_TIER.to_owned(),
        };
        none = rough.tier(&label, first);
    }
    let mut tiers = Vec::new();
    for tier in &rough.tiers {
        let place = tier.spot.place(sheets);
        let of_concert = known.iter().find(|known| same_tier(&known.label, &tier.label));
        let label: String =
            of_concert.map_or(tier.label.as_str(), |known| known.label.as_str()).chars().take(TIER_MOST).collect();
        let price = price(tier, of_concert, place.clone(), doubts);
        if price.is_none_or(|price| price == 0) {
            doubts.note(place, format!("no price:{}", identity(&label)), About::NoPrice, label.clone());
        }
        tiers.push(Tier { label, price, colour: tier.colour.clone() });
    }
    (tiers, none)
}

/// `R` and `R석` are one tier.
pub(crate) fn same_tier(a: &str, b: &str) -> bool {
    crate::rough::tier_identity(a) == crate::rough::tier_identity(b)
}

fn price(
    tier: &crate::rough::RoughTier,
    known: Option<&KnownTier>,
    place: Place,
    doubts: &mut Doubts<'_>,
) -> Option<i64> {
    let mut prices: Vec<(i64, u32)> = tier.prices.iter().map(|(price, seats)| (*price, *seats)).collect();
    prices.sort_by_key(|(_, seats)| std::cmp::Reverse(*seats));
    let label = tier.label.as_str();
    let key = crate::rough::tier_identity(label);
    let file = match prices.as_slice() {
        [] => None,
        [(price, _)] => Some(*price),
        several => {
            let choices: Vec<Choice> = several.iter().map(|(price, _)| Choice::Price(*price)).collect();
            let ask = Ask::new(format!("prices:{key}"), About::PricesDiffer, label).choices(choices).open();
            match doubts.ask(place.clone(), ask) {
                Some(Choice::Price(price)) => Some(price),
                _ => Some(several[0].0),
            }
        }
    };
    let Some(known) = known else { return file };
    match file {
        Some(file) if file != known.price => {
            let about = About::PriceOfConcert { concert: known.price, file };
            let choices = [Choice::Price(known.price), Choice::Price(file)];
            // Which of the two holds is nobody's to guess.
            match doubts.ask(place, Ask::new(format!("price of concert:{key}"), about, label).choices(choices).open()) {
                Some(Choice::Price(price)) => Some(price),
                _ => Some(known.price),
            }
        }
        _ => Some(known.price),
    }
}

/// Rows of a section by their numbers or letters if all have such, else as they come in the file.
fn number_rows(seats: &mut [Seat], identities: &[Identity], line: impl Fn(usize) -> u32) {
    let mut sections: HashMap<(String, String), Vec<usize>> = HashMap::new();
    for (i, identity) in identities.iter().enumerate() {
        sections.entry(identity.section()).or_default().push(i);
    }
    for section in sections.values() {
        let mut rows: Vec<(&str, String, u32)> = Vec::new();
        let mut at: HashMap<(&str, u32), usize> = HashMap::new();
        for seat in section {
            let identity = &identities[*seat];
            // Rows without labels are told apart by where the chart draws them.
            let drawn = if identity.row.is_empty() { line(*seat) } else { 0 };
            at.entry((identity.row.as_str(), drawn)).or_insert_with(|| {
                rows.push((identity.row.as_str(), seats[*seat].row.clone().unwrap_or_default(), drawn));
                rows.len() - 1
            });
        }
        let mut order: Vec<usize> = (0..rows.len()).collect();
        let stem = |i: usize| rows[i].1.as_str();
        if order.iter().all(|i| stem(*i).parse::<u32>().is_ok()) {
            order.sort_by_key(|i| stem(*i).parse::<u32>().ok());
        } else if order.iter().all(|i| stem(*i).chars().count() == 1) {
            order.sort_by_key(|i| stem(*i).to_owned());
        } else if order.iter().all(|i| stem(*i).is_empty()) {
            order.sort_by_key(|i| rows[*i].2);
        }
        let mut number_of = vec![0; rows.len()];
        for (number, row) in (1..).zip(order) {
            number_of[row] = number;
        }
        for seat in section {
            let identity = &identities[*seat];
            let drawn = if identity.row.is_empty() { line(*seat) } else { 0 };
            if identity.row.is_empty() && rows.len() == 1 {
                continue;
            }
            seats[*seat].row_number = at.get(&(identity.row.as_str(), drawn)).map(|row| number_of[*row]);
        }
    }
}

fn counts(rough: &Rough, hall: &Hall, tiers: &[Tier], words: Words) -> Counts {
    let mut counts = Counts { seats: hall.seats.len() as u32, ..Counts::default() };
    let mut at: HashMap<&str, usize> = HashMap::new();
    let mut of_tier = vec![0; tiers.len()];
    for seat in &hall.seats {
        let name = seat.section.as_deref().unwrap_or_default();
        let new = counts.sections.len();
        let section = *at.entry(name).or_insert(new);
        if section == new {
            counts.sections.push(Count { name: name.to_owned(), seats: 0, written: None });
        }
        counts.sections[section].seats += 1;
        if let Some(seats) = of_tier.get_mut(seat.tier) {
            *seats += 1;
        }
    }
    let tier = |(tier, seats): (&Tier, u32)| Count { name: tier.label.clone(), seats, written: None };
    counts.tiers = tiers.iter().zip(of_tier).map(tier).collect();
    for written in &rough.written {
        match &written.scope {
            Scope::All => counts.written = Some(written.count),
            Scope::Tier(tier) => {
                if let Some(count) = counts.tiers.get_mut(*tier) {
                    count.written = Some(written.count);
                }
            }
            Scope::Section(floor, section) => {
                let name = words.section_name(floor.as_ref(), Some(section)).unwrap_or_default();
                if let Some(count) = at.get(name.as_str()) {
                    counts.sections[*count].written = Some(written.count);
                }
            }
        }
    }
    counts.tiers.retain(|count| count.seats > 0 || count.written.is_some());
    counts
}

/// A tier that no seat has is none of the hall's: a legend may tell more than the hall has.
fn drop_unused(hall: &mut Hall, tiers: &mut Vec<Tier>) {
    let mut is_used = vec![false; tiers.len()];
    hall.seats.iter().for_each(|seat| is_used[seat.tier] = true);
    let mut new = Vec::with_capacity(tiers.len());
    let mut next = 0;
    for used in &is_used {
        new.push(next);
        next += usize::from(*used);
    }
    hall.seats.iter_mut().for_each(|seat| seat.tier = new[seat.tier]);
    let mut used = is_used.into_iter();
    tiers.retain(|_| used.next().unwrap_or(false));
}
