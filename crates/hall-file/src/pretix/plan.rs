//! A seating plan as the file has it: zones, rows, seats and areas, before anything is asked.

use std::collections::HashSet;

use serde_json::value::RawValue;

use crate::SEATS_MOST;
use crate::json::{each, fields, number, point, string, text};
use crate::pretix::areas::Area;

/// Zones that are looked at, and areas of all zones.
const ZONES_MOST: usize = 5_000;
const AREAS_MOST: usize = 5_000;
const CATEGORIES_MOST: usize = 1_000;
/// Faults that are kept; after so many it is no plan.
const FAULTS_MOST: usize = 5_000;
/// Beyond this no unit of drawing makes sense, in the file's units.
const ABSURD: f64 = 1e7;

#[derive(Debug, Default)]
pub(super) struct Plan {
    pub categories: Vec<Category>,
    pub size: Option<(f64, f64)>,
    pub zones: Vec<Zone>,
    pub broken: Vec<Fault>,
    /// Seats whose guid another has.
    pub repeated_guids: Vec<(At, String)>,
    /// Seats, all together.
    pub seats: usize,
}

#[derive(Debug)]
pub(super) struct Category {
    pub name: String,
    pub colour: Option<String>,
}

#[derive(Debug, Default)]
pub(super) struct Zone {
    pub name: Option<String>,
    pub rows: Vec<Row>,
    pub areas: Vec<Area>,
}

#[derive(Debug)]
pub(super) struct Row {
    /// As the file counts it, from 1.
    pub at: u32,
    /// Its number or label, with the words that the plan has around it.
    pub label: Option<String>,
    pub seats: Vec<Seat>,
}

#[derive(Debug)]
pub(super) struct Seat {
    pub number: Option<String>,
    /// The number with the words that the plan has around it.
    pub label: Option<String>,
    pub category: Option<String>,
    /// In the plan, in the file's unit.
    pub at: Option<(f64, f64)>,
}

/// Zone and row; the row is counted from 1.
#[derive(Debug, Clone, Copy)]
pub(super) struct At {
    pub zone: usize,
    pub row: Option<u32>,
}

/// A piece that isn't as it should be.
#[derive(Debug)]
pub(super) struct Fault {
    pub at: Option<At>,
    pub piece: &'static str,
    /// As it stands there.
    pub value: String,
}

/// What the seats of a row share.
struct InRow<'a> {
    at: At,
    corner: (f64, f64),
    seat_label: Option<&'a str>,
}

impl Plan {
    /// Reads a plan's layout; what can't be read of it is among the faults.
    pub fn read(raw: &RawValue) -> Self {
        let mut plan = Self::default();
        let Some([categories, zones, size, rows, seats, areas]) =
            fields(raw, ["categories", "zones", "size", "rows", "seats", "areas"])
        else {
            plan.fault(None, "plan", raw);
            return plan;
        };
        if let Some([width, height]) = size.and_then(|size| fields(size, ["width", "height"])) {
            let size = number(width).zip(number(height));
            plan.size = size.filter(|(width, height)| *width > 0.0 && *height > 0.0);
        }
        if let Some(categories) = categories {
            let is_list = each(categories, |raw| {
                plan.category(raw);
                plan.categories.len() < CATEGORIES_MOST
            });
            if !is_list {
                plan.fault(None, "categories", categories);
            }
        }
        let mut guids = HashSet::new();
        if let Some(zones) = zones {
            let is_list = each(zones, |raw| {
                plan.zone(raw, &mut guids);
                plan.zones.len() < ZONES_MOST && plan.seats <= SEATS_MOST
            });
            if !is_list {
                plan.fault(None, "zones", zones);
            }
        }
        if rows.is_some() || seats.is_some() {
            // A plan of one zone may leave the zone out.
            let at = At { zone: plan.zones.len(), row: None };
            plan.zones.push(Zone::default());
            plan.in_zone(at, (0.0, 0.0), (rows, seats, areas), &mut guids);
        }
        plan
    }

    /// Whether it looks like a plan at all.
    pub fn is_one(raw: &RawValue) -> bool {
        fields(raw, ["zones", "rows"]).is_some_and(|[zones, rows]| zones.is_some() || rows.is_some())
    }

    fn fault(&mut self, at: Option<At>, piece: &'static str, raw: &RawValue) {
        self.fault_of(at, piece, raw.get());
    }

    fn fault_of(&mut self, at: Option<At>, piece: &'static str, value: &str) {
        if self.broken.len() < FAULTS_MOST {
            self.broken.push(Fault { at, piece, value: value.chars().take(120).collect() });
        }
    }

    /// A text, or a fault.
    fn text(&mut self, at: Option<At>, piece: &'static str, raw: Option<&RawValue>) -> Option<String> {
        text(raw).unwrap_or_else(|value| {
            self.fault_of(at, piece, &value);
            None
        })
    }

    fn category(&mut self, raw: &RawValue) {
        if let Some([name, colour]) = fields(raw, ["name", "color"]) {
            if let Some(name) = self.text(None, "category", name) {
                let colour = colour.and_then(string).and_then(|colour| crate::colour::colour(&colour));
                self.categories.push(Category { name, colour });
            }
        } else if let Ok(Some(name)) = text(Some(raw)) {
            self.categories.push(Category { name, colour: None });
        } else {
            self.fault(None, "category", raw);
        }
    }

    fn zone(&mut self, raw: &RawValue, guids: &mut HashSet<String>) {
        let Some([name, position, rows, seats, areas]) = fields(raw, ["name", "position", "rows", "seats", "areas"])
        else {
            return self.fault(None, "zone", raw);
        };
        let at = At { zone: self.zones.len(), row: None };
        let name = self.text(Some(at), "zone name", name);
        self.zones.push(Zone { name, ..Zone::default() });
        let position = self.position(at, position).unwrap_or_default();
        self.in_zone(at, position, (rows, seats, areas), guids);
    }

    fn in_zone(
        &mut self,
        at: At,
        corner: (f64, f64),
        (rows, seats, areas): (Option<&RawValue>, Option<&RawValue>, Option<&RawValue>),
        guids: &mut HashSet<String>,
    ) {
        let mut count = 0;
        if let Some(rows) = rows {
            let is_list = each(rows, |raw| {
                count += 1;
                self.row(At { row: Some(count), ..at }, corner, raw, guids);
                self.seats <= SEATS_MOST
            });
            if !is_list {
                self.fault(Some(at), "rows", rows);
            }
        }
        if let Some(seats) = seats {
            let shared = InRow { at: At { row: Some(count + 1), ..at }, corner, seat_label: None };
            self.row_of(&shared, None, seats, guids);
        }
        if let Some(areas) = areas {
            let mut left = AREAS_MOST.saturating_sub(self.zones.iter().map(|zone| zone.areas.len()).sum());
            let is_list = each(areas, |raw| {
                match (Area::read(raw, corner), self.zones.last_mut()) {
                    (Some(area), Some(zone)) => zone.areas.push(area),
                    _ => self.fault(Some(at), "area", raw),
                }
                left = left.saturating_sub(1);
                left > 0
            });
            if !is_list {
                self.fault(Some(at), "areas", areas);
            }
        }
    }

    fn row(&mut self, at: At, corner: (f64, f64), raw: &RawValue, guids: &mut HashSet<String>) {
        let names = ["row_number", "row_label", "seat_label", "position", "seats", "number", "name"];
        let Some([number, label, seat_label, position, seats, other, name]) = fields(raw, names) else {
            return self.fault(Some(at), "row", raw);
        };
        let number = self.text(Some(at), "row number", number.or(other).or(name));
        let label = self.text(Some(at), "row label", label);
        let seat_label = self.text(Some(at), "seat label", seat_label);
        let label = match (label, &number) {
            (Some(label), number) if label.contains("%s") => number.as_ref().map(|number| label.replace("%s", number)),
            (Some(label), _) => Some(label),
            (None, number) => number.clone(),
        };
        let (x, y) = self.position(at, position).unwrap_or_default();
        let Some(seats) = seats else { return };
        let corner = (corner.0 + x, corner.1 + y);
        let shared = InRow { at, corner, seat_label: seat_label.as_deref() };
        self.row_of(&shared, label, seats, guids);
    }

    fn row_of(&mut self, shared: &InRow<'_>, label: Option<String>, seats: &RawValue, guids: &mut HashSet<String>) {
        let mut row = Row { at: shared.at.row.unwrap_or(0), label, seats: Vec::new() };
        let is_list = each(seats, |raw| {
            if let Some(seat) = self.seat(shared, raw, guids) {
                row.seats.push(seat);
                self.seats += 1;
            }
            self.seats <= SEATS_MOST
        });
        if !is_list {
            self.fault(Some(shared.at), "seats", seats);
        }
        if let Some(zone) = self.zones.last_mut().filter(|_| !row.seats.is_empty()) {
            zone.rows.push(row);
        }
    }

    fn seat(&mut self, shared: &InRow<'_>, raw: &RawValue, guids: &mut HashSet<String>) -> Option<Seat> {
        let names = ["seat_guid", "seat_number", "seat_label", "position", "category", "guid", "number", "name"];
        let Some([guid, number, label, position, category, other_guid, other, name]) = fields(raw, names) else {
            self.fault(Some(shared.at), "seat", raw);
            return None;
        };
        let at = Some(shared.at);
        // What another system numbers its seats by is nothing to us, so a broken one is none.
        if let Ok(Some(guid)) = text(guid.or(other_guid))
            && let Some(repeated) = guids.replace(guid)
        {
            self.repeated_guids.push((shared.at, repeated));
        }
        let number = self.text(at, "seat number", number.or(other).or(name));
        let own = self.text(at, "seat label", label);
        let label = own.as_deref().or(shared.seat_label).and_then(|label| {
            let number = number.as_deref().map(|number| label.replace("%s", number));
            number.or_else(|| (!label.contains("%s")).then(|| label.to_owned()))
        });
        // A pattern of the row without a place for the number says nothing of a seat.
        let label = label.filter(|label| own.is_some() || Some(label.as_str()) != shared.seat_label);
        let category = self.text(at, "seat category", category);
        let at = self.position(shared.at, position).map(|(x, y)| (shared.corner.0 + x, shared.corner.1 + y));
        Some(Seat { number, label, category, at: at.filter(|(x, y)| x.abs().max(y.abs()) <= ABSURD) })
    }

    /// None where there is none, or a broken one, which is a fault.
    fn position(&mut self, at: At, raw: Option<&RawValue>) -> Option<(f64, f64)> {
        let position = point(raw?).filter(|(x, y)| x.abs().max(y.abs()) <= ABSURD);
        if let (None, Some(raw)) = (position, raw) {
            self.fault(Some(at), "position", raw);
        }
        position
    }
}
