//! Reads a hall drawn as SVG, one shape a seat: where it lies by its shape, with all transforms followed, and which it is by
//! its name (id, title, a `data-` attribute), taken apart by a pattern that the manager can mend. Shapes that aren't seats are
//! passed over for now; only the stage is taken from them.

mod drawing;
mod geometry;
mod names;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::SEATS_MOST;
use crate::doubts::{Ask, Doubts};
use crate::part::{Kind, Part};
use crate::reading::{About, Choice, FileKind, FileRead, Place, Rectangle, Refusal};
use crate::rough::{Rough, RoughSeat, Spot};
use crate::stage::is_stage;
use crate::svg::drawing::{Drawing, Shape};
use crate::svg::geometry::Reach;
use crate::svg::names::{Named, Pattern, group, is_made_up};
use crate::text::won;

/// A shape this many times as large as most seats is no seat.
const LARGE: f64 = 25.0;
/// Seats without names, of one size: fewer are something else.
const ALIKE_LEAST: usize = 4;
/// Attributes that name a shape, the surest first; others come after.
const SOURCES: [&str; 6] = ["title", "data-name", "data-label", "inkscape:label", "aria-label", "id"];
/// What says everything in attributes of its own.
const DATA: &str = "data";
const SAMPLES: usize = 5;

pub(crate) fn read(name: &str, file: u32, text: &str, doubts: &mut Doubts<'_>) -> Result<Rough, Refusal> {
    let drawing = drawing::read(text).ok_or_else(|| Refusal::Broken { name: name.to_owned() })?;
    if drawing.shapes.is_empty() {
        return Err(Refusal::Empty { name: name.to_owned() });
    }
    let mut reader = Reader { file, drawing, rough: Rough::default(), doubts };
    let mut seats = reader.by_names();
    if seats.is_empty() {
        seats = reader.by_size();
    }
    if seats.len() > SEATS_MOST {
        return Err(Refusal::TooManySeats { name: name.to_owned(), most: SEATS_MOST as u32 });
    }
    reader.seats(seats);
    reader.stage();
    let mut rough = reader.rough;
    rough.read = Some(FileRead {
        name: name.to_owned(),
        kind: FileKind::Svg,
        lines: 0,
        seats: 0,
        tiers: 0,
        floors: Vec::new(),
        sections: 0,
        headings: Vec::new(),
    });
    Ok(rough)
}

struct Reader<'a, 'b> {
    file: u32,
    drawing: Drawing,
    rough: Rough,
    doubts: &'a mut Doubts<'b>,
}

/// A shape by its index, and where it is.
type Found = (usize, Named);

impl Reader<'_, '_> {
    fn place(&self, shape: Option<usize>) -> Place {
        let row = shape.and_then(|shape| self.drawing.shapes.get(shape)).map(|shape| shape.line);
        Place { file: self.file, row, ..Place::default() }
    }

    /// Seats by what they are called.
    fn by_names(&mut self) -> Vec<Found> {
        let mut sources: BTreeSet<String> = BTreeSet::new();
        for (source, _) in self.drawing.shapes.iter().flat_map(|shape| &shape.names) {
            if sources.len() < 40 {
                sources.insert(source.clone());
            }
        }
        let known = SOURCES.iter().map(|source| (*source).to_owned()).filter(|source| sources.contains(source));
        let others: Vec<String> =
            sources.iter().filter(|source| !SOURCES.contains(&source.as_str())).cloned().collect();
        let order: Vec<String> = known.chain(others).collect();
        let mut tried: Vec<(String, usize)> = Vec::new();
        let mut best: Option<(usize, String, Vec<Found>)> = None;
        let mut take = |text: String, found: Vec<Found>| {
            let once: HashSet<String> = found.iter().map(|(_, named)| key(named)).collect();
            if once.is_empty() {
                return;
            }
            tried.push((text.clone(), once.len()));
            // A later one has to name clearly more seats.
            if once.len() * 20 > best.as_ref().map_or(0, |(most, ..)| *most) * 21 {
                best = Some((once.len(), text, found));
            }
        };
        take(DATA.to_owned(), self.named_by(DATA, None));
        for source in &order {
            for pattern in Pattern::known() {
                let found = self.named_by(source, Some(&pattern));
                take(format!("{source}: {}", pattern.text), found);
            }
        }
        let samples = self.samples(&order);
        if samples.is_empty() {
            return Vec::new();
        }
        let default = best.as_ref().map(|(_, text, _)| text.clone());
        tried.sort_by_key(|(_, seats)| std::cmp::Reverse(*seats));
        let others = tried.into_iter().map(|(text, _)| text).filter(|text| Some(text) != default.as_ref()).take(6);
        let choices: Vec<Choice> = default.iter().cloned().chain(others).map(Choice::Name).collect();
        let mut ask = Ask::new("seat names", About::SeatNames { samples }, default.clone().unwrap_or_default());
        ask = ask.choices(choices).or_a_name();
        let Some(Choice::Name(said)) = self.doubts.ask(self.place(None), ask) else { return Vec::new() };
        if Some(&said) == default.as_ref() {
            return best.map(|(_, _, found)| found).unwrap_or_default();
        }
        let (source, text) = said.split_once(": ").map_or((None, said.as_str()), |(source, text)| (Some(source), text));
        if text.trim() == DATA {
            return self.named_by(DATA, None);
        }
        let Some(pattern) = Pattern::read(text.trim(), true) else { return Vec::new() };
        // Without a source, the one of which it names most.
        let sources = source.map_or(order, |source| vec![source.trim().to_lowercase()]);
        let found = sources.iter().map(|source| self.named_by(source, Some(&pattern)));
        found.max_by_key(Vec::len).unwrap_or_default()
    }

    /// The shapes that are seats by this, with what their groups add.
    fn named_by(&self, source: &str, pattern: Option<&Pattern>) -> Vec<Found> {
        let mut found: Vec<Found> = Vec::new();
        let mut of_groups: HashMap<(usize, bool), Named> = HashMap::new();
        for (at, shape) in self.drawing.shapes.iter().enumerate() {
            let named = match pattern {
                None => by_data(&shape.names),
                Some(pattern) => {
                    let name = shape.names.iter().find(|(key, _)| key == source).map(|(_, name)| name.as_str());
                    let name = name.filter(|name| !(is_stage(name) || source == "id" && is_made_up(name)));
                    name.and_then(|name| pattern.apply(name))
                }
            };
            let Some(named) = named else { continue };
            let takes_row = named.row.is_none();
            let named = match shape.group {
                Some(group) => {
                    let others =
                        of_groups.entry((group, takes_row)).or_insert_with(|| self.of_groups(group, takes_row));
                    named.or(others)
                }
                None => named,
            };
            found.push((at, named));
        }
        self.without_large(found)
    }

    /// An outline around seats may have a name like theirs.
    fn without_large(&self, mut found: Vec<Found>) -> Vec<Found> {
        let extent = |at: usize| self.drawing.shapes.get(at).map_or(0.0, |shape| area(shape.reach));
        let mut extents: Vec<f64> = found.iter().map(|(at, _)| extent(*at)).collect();
        extents.sort_unstable_by(f64::total_cmp);
        let most = extents.get(extents.len() / 2).copied().unwrap_or(0.0);
        found.retain(|(at, _)| most <= 0.0 || extent(*at) <= most * LARGE);
        found
    }

    /// What the groups around a shape say, the innermost first.
    fn of_groups(&self, innermost: usize, takes_row: bool) -> Named {
        let mut named = Named::default();
        let mut at = Some(innermost);
        for _ in 0..200 {
            let Some(here) = at.and_then(|at| self.drawing.groups.get(at)) else { break };
            let data = data_parts(&here.names);
            named = named.or(&data);
            if data == Named::default() {
                let name = SOURCES.iter().find_map(|source| here.names.iter().find(|(key, _)| key == source));
                if let Some((_, name)) = name.filter(|(_, name)| tier_name(name).is_none() && !is_stage(name)) {
                    group(name, takes_row, &mut named);
                }
            }
            at = here.parent;
        }
        named
    }

    /// Names of shapes that somebody gave.
    fn samples(&self, sources: &[String]) -> Vec<String> {
        let mut samples: Vec<String> = Vec::new();
        for source in sources {
            let names = self.drawing.shapes.iter().flat_map(|shape| &shape.names);
            let names = names.filter(|(key, name)| key == source && !(key == "id" && is_made_up(name)));
            samples.extend(names.take(SAMPLES).map(|(key, name)| format!("{key}: {name}")));
            if samples.len() >= SAMPLES * 2 {
                break;
            }
        }
        samples.truncate(SAMPLES * 2);
        samples
    }

    /// Seats that nobody named: the shapes of the size that most have, in rows as they are drawn.
    fn by_size(&mut self) -> Vec<Found> {
        let mut sizes: BTreeMap<(i64, i64), Vec<usize>> = BTreeMap::new();
        for (at, shape) in self.drawing.shapes.iter().enumerate().filter(|(_, shape)| area(shape.reach) > 0.0) {
            let (width, height) = shape.reach.size();
            let step = |length: f64| (length.ln() * 10.0).round() as i64;
            sizes.entry((step(width), step(height))).or_default().push(at);
        }
        let alike = sizes.into_values().max_by_key(Vec::len).filter(|alike| alike.len() >= ALIKE_LEAST);
        let Some(alike) = alike.filter(|alike| alike.len() <= SEATS_MOST) else { return Vec::new() };
        let mut rows: Vec<Vec<usize>> = Vec::new();
        let mut order = alike;
        let middle = |at: usize| self.drawing.shapes[at].reach.middle();
        order.sort_by(|a, b| middle(*a).1.total_cmp(&middle(*b).1));
        let height = self.drawing.shapes[order[0]].reach.size().1;
        for at in order {
            match rows.last_mut() {
                Some(row) if middle(at).1 - middle(row[0]).1 < height * 0.6 => row.push(at),
                _ => rows.push(vec![at]),
            }
        }
        let written = self.written_numbers();
        let ask = Ask::new("rows", About::UnlabelledRows, "").choices([Choice::CountFromOne]);
        let first = rows.first().and_then(|row| row.first()).copied();
        self.doubts.ask(self.place(first), ask);
        let mut found = Vec::new();
        for (label, mut row) in (1..).zip(rows) {
            row.sort_by(|a, b| {
                self.drawing.shapes[*a].reach.middle().0.total_cmp(&self.drawing.shapes[*b].reach.middle().0)
            });
            let part = |stem: String| Some(Part { stem, word: None });
            for (nth, at) in (1..).zip(row) {
                let number = written.get(&at).cloned();
                if number.is_none() {
                    let ask = Ask::new("numbers", About::UnnumberedSeats, "").choices([Choice::CountFromOne]);
                    self.doubts.ask(self.place(Some(at)), ask);
                }
                let number = part(number.unwrap_or_else(|| i32::to_string(&nth)));
                found.push((at, Named { row: part(i32::to_string(&label)), number, ..Named::default() }));
            }
        }
        found
    }

    /// The numbers that stand on shapes.
    fn written_numbers(&self) -> HashMap<usize, String> {
        let mut written = HashMap::new();
        let is_number =
            |text: &str| !text.is_empty() && text.len() <= 4 && text.bytes().all(|byte| byte.is_ascii_digit());
        let texts: Vec<(&str, (f64, f64))> =
            self.drawing.texts.iter().map(|words| (words.text.trim(), words.at)).collect();
        // So many are no labels of seats, and each is looked for among all shapes.
        if texts.len().saturating_mul(self.drawing.shapes.len()) > 50_000_000 {
            return written;
        }
        for (text, at) in texts.into_iter().filter(|(text, _)| is_number(text)) {
            let on = self.drawing.shapes.iter().enumerate().filter(|(_, shape)| shape.reach.holds(at));
            if let Some((shape, _)) = on.min_by(|(_, a), (_, b)| area(a.reach).total_cmp(&area(b.reach))) {
                written.entry(shape).or_insert_with(|| text.to_owned());
            }
        }
        written
    }

    fn seats(&mut self, found: Vec<Found>) {
        let tiers = self.tiers(&found);
        for ((at, named), tier) in found.into_iter().zip(tiers) {
            let (Some(tier), Some(number)) = (tier, named.number) else { continue };
            let Some(shape) = self.drawing.shapes.get(at) else { continue };
            self.rough.seats.push(RoughSeat {
                floor: named.floor,
                section: named.section,
                row: named.row,
                number,
                tier,
                spot: Spot { file: self.file, sheet: 0, row: Some(shape.line), column: None },
                at: Some(shape.reach.middle()),
                line: 0,
            });
        }
        self.rough.words.extend(self.drawing.texts.iter().take(200).map(|words| words.text.clone()));
    }

    /// Each seat's tier, as its attributes, its groups or its colour say; None for those that are left out.
    #[expect(clippy::option_option, reason = "left out, without a tier, and with one")]
    fn tiers(&mut self, found: &[Found]) -> Vec<Option<Option<usize>>> {
        let said: Vec<Option<(String, Option<i64>)>> = found.iter().map(|(at, _)| self.tier_said(*at)).collect();
        let by_colour = said.iter().all(Option::is_none);
        let mut colours: BTreeMap<Option<String>, Vec<usize>> = BTreeMap::new();
        for (at, _) in found {
            colours.entry(self.drawing.shapes[*at].fill.clone()).or_default().push(*at);
        }
        let mut of_colour: HashMap<Option<String>, Option<Option<usize>>> = HashMap::new();
        if by_colour && colours.len() > 1 {
            for (fill, seats) in &colours {
                let colour = fill.clone().unwrap_or_default();
                let about = About::UnknownColour { seats: seats.len() as u32 };
                let ask = Ask::new(format!("colour:{colour}"), about, colour.clone());
                let ask = ask.choices([Choice::LeaveOut]).or_a_name().open();
                let spot = Spot { file: self.file, row: Some(self.drawing.shapes[seats[0]].line), ..Spot::default() };
                let named = match self.doubts.ask(self.place(Some(seats[0])), ask) {
                    Some(Choice::Name(name)) => Some(name.trim().to_owned()),
                    Some(Choice::LeaveOut) => None,
                    // Until it is named, it is seen as a tier of its own.
                    _ => Some(if colour.is_empty() { "?".to_owned() } else { colour.clone() }),
                };
                let tier = named.map(|name| self.rough.tier(&name, spot));
                if let Some(tier) = tier {
                    let own = &mut self.rough.tiers[tier];
                    own.colour = own.colour.take().or_else(|| fill.clone());
                }
                of_colour.insert(fill.clone(), tier.map(Some));
            }
        }
        let mut tiers = Vec::with_capacity(found.len());
        for ((at, _), said) in found.iter().zip(said) {
            let shape = &self.drawing.shapes[*at];
            let spot = Spot { file: self.file, row: Some(shape.line), ..Spot::default() };
            let fill = shape.fill.clone();
            let Some((name, price)) = said else {
                tiers.push(of_colour.get(&fill).copied().unwrap_or(Some(None)));
                continue;
            };
            let tier = self.rough.tier(&name, spot);
            let own = &mut self.rough.tiers[tier];
            own.colour = own.colour.take().or(fill);
            if let Some(price) = price {
                *own.prices.entry(price).or_default() += 1;
            }
            tiers.push(Some(Some(tier)));
        }
        tiers
    }

    /// A tier in an attribute of the shape or of a group around it, or as a group's name: `R석`.
    fn tier_said(&self, at: usize) -> Option<(String, Option<i64>)> {
        const KEYS: [&str; 9] = [
            "data-category",
            "data-tier",
            "data-grade",
            "data-price-category",
            "data-pricecategory",
            "data-class",
            "data-type",
            "data-등급",
            "data-price-level",
        ];
        let shape = self.drawing.shapes.get(at)?;
        let in_names = |names: &[(String, String)]| {
            let tier = names.iter().find(|(key, _)| KEYS.contains(&key.as_str())).map(|(_, name)| name.clone());
            let price = names.iter().find(|(key, _)| matches!(key.as_str(), "data-price" | "data-가격"));
            tier.map(|tier| (tier, price.and_then(|(_, price)| won(price))))
        };
        if let Some(said) = in_names(&shape.names) {
            return Some(said);
        }
        let mut group = shape.group;
        for _ in 0..200 {
            let here = group.and_then(|group| self.drawing.groups.get(group))?;
            let named = || here.names.iter().find_map(|(_, name)| tier_name(name)).map(|name| (name, None));
            if let Some(said) = in_names(&here.names).or_else(named) {
                return Some(said);
            }
            group = here.parent;
        }
        None
    }

    /// The stage: a shape that is called so, or the smallest one under its word.
    fn stage(&mut self) {
        let is_named = |shape: &&Shape| shape.names.iter().any(|(_, name)| is_stage(name));
        let in_group = |shape: &&Shape| {
            let group = shape.group.and_then(|group| self.drawing.groups.get(group));
            group.is_some_and(|group| group.names.iter().any(|(_, name)| is_stage(name)))
        };
        let larger = |a: &&Shape, b: &&Shape| area(a.reach).total_cmp(&area(b.reach));
        let shapes = || self.drawing.shapes.iter();
        let named = shapes().filter(is_named).max_by(larger).or_else(|| shapes().filter(in_group).max_by(larger));
        let word = self.drawing.texts.iter().find(|words| is_stage(&words.text)).map(|words| words.at);
        let seats: Vec<(f64, f64)> = self.rough.seats.iter().filter_map(|seat| seat.at).collect();
        let reach = named.map(|shape| shape.reach).or_else(|| {
            let under = shapes().map(|shape| shape.reach).filter(|reach| word.is_some_and(|at| reach.holds(at)));
            let under = under.min_by(|a, b| area(*a).total_cmp(&area(*b)));
            under.filter(|reach| !seats.iter().any(|at| reach.holds(*at)))
        });
        let Some(reach) = reach else { return };
        let ((x, y), (width, height)) = (reach.middle(), reach.size());
        if width > 0.0 && height > 0.0 {
            self.rough.stage = Some(Rectangle { x, y, width, height });
        }
    }
}

fn area(reach: Reach) -> f64 {
    let (width, height) = reach.size();
    width * height
}

/// What tells a seat from others, to count patterns by.
fn key(named: &Named) -> String {
    let parts = [&named.floor, &named.section, &named.row, &named.number];
    parts.map(|part| part.as_ref().map_or("", |part| part.stem.as_str())).join("\u{1f}")
}

/// A group may be named for a tier.
fn tier_name(name: &str) -> Option<String> {
    let is_tier =
        name.ends_with(['석', '席']) && name.chars().count() <= 12 && !matches!(name, "좌석" | "객석" | "座席");
    is_tier.then(|| name.to_owned())
}

/// A seat that says all in attributes of its own.
fn by_data(names: &[(String, String)]) -> Option<Named> {
    let named = data_parts(names);
    named.number.is_some().then_some(named)
}

fn data_parts(names: &[(String, String)]) -> Named {
    let find = |keys: &[&str], kind| {
        let found = names.iter().find(|(key, _)| key.strip_prefix("data-").is_some_and(|key| keys.contains(&key)));
        found.and_then(|(_, text)| Part::read(kind, text)).filter(|part| part.stem.chars().count() <= 40)
    };
    Named {
        floor: find(&["floor", "level", "층"], Kind::Floor),
        section: find(&["section", "block", "zone", "area", "sector", "구역", "블록"], Kind::Section),
        row: find(&["row", "row-number", "rownumber", "row-name", "열", "행"], Kind::Row),
        number: find(
            &["number", "seat", "seat-number", "seatnumber", "seat-no", "no", "번호", "좌석번호"],
            Kind::Number,
        ),
    }
}
