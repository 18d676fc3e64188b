//! Where a plan has its stage.

use crate::pretix::areas::Area;
use crate::pretix::plan::Zone;
use crate::reading::Rectangle;
use crate::stage::is_stage;

/// A stage of which the file says only where it is, in seats.
const STAGE_SIZE: (f64, f64) = (12.0, 3.0);

/// The stage among the areas of all zones, in the file's units, of which a seat takes `unit`.
pub(super) fn find(zones: &[Zone], unit: f64) -> Option<Rectangle> {
    let mut found: Vec<&Area> = Vec::new();
    for zone in zones {
        // A zone of the stage may draw it without calling it so.
        let all = zone.rows.is_empty() && zone.name.as_deref().is_some_and(is_stage);
        found.extend(zone.areas.iter().filter(|area| all || area.text.as_deref().is_some_and(is_stage)));
    }
    let extent = |area: &&Area| area.size.map_or(0.0, |(width, height)| width * height);
    let area = found.into_iter().max_by(|a, b| extent(a).total_cmp(&extent(b)))?;
    let around = area.size.map(|size| (area.centre, size)).or_else(|| {
        // The word may stand on a shape of its own.
        let on = |other: &&Area| {
            other.size.is_some_and(|(width, height)| {
                let (across, down) = (area.centre.0 - other.centre.0, area.centre.1 - other.centre.1);
                across.abs() * 2.0 <= width && down.abs() * 2.0 <= height && !holds_seats(other, zones)
            })
        };
        let under = zones.iter().flat_map(|zone| &zone.areas).filter(on);
        under.min_by(|a, b| extent(a).total_cmp(&extent(b))).and_then(|area| Some((area.centre, area.size?)))
    });
    let ((x, y), (width, height)) = around.unwrap_or((area.centre, (STAGE_SIZE.0 * unit, STAGE_SIZE.1 * unit)));
    let is_sound = [x, y, width, height].iter().all(|figure| figure.abs() <= 1e7);
    is_sound.then(|| Rectangle { x, y, width: width.max(unit), height: height.max(unit) })
}

/// A floor under the seats is no stage.
fn holds_seats(area: &Area, zones: &[Zone]) -> bool {
    let Some((width, height)) = area.size else { return false };
    let seats = zones.iter().flat_map(|zone| &zone.rows).flat_map(|row| &row.seats);
    seats
        .filter_map(|seat| seat.at)
        .any(|(x, y)| (x - area.centre.0).abs() * 2.0 < width && (y - area.centre.1).abs() * 2.0 < height)
}
