//! Finds the stage among the areas of a pretix plan, which knows no stage of its own: by what it is called.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::layout::Stage;

/// A stage of which the file says only where it is, in plan units.
const STAGE_SIZE: (f64, f64) = (12.0, 3.0);
/// Areas are small; a huge one isn't worth its memory.
const BYTES_MOST: usize = 65_536;

/// An area called a stage, in the file's units.
pub(crate) struct StageArea {
    centre: (f64, f64),
    size: Option<(f64, f64)>,
}

impl StageArea {
    /// Areas are decoration: one that can't be read is passed over.
    pub fn read(raw: &RawValue, zone: Option<&str>, (x, y): (f64, f64)) -> Option<Self> {
        if raw.get().len() > BYTES_MOST {
            return None;
        }
        let area: Area = serde_json::from_str(raw.get()).ok()?;
        if !(zone.is_some_and(is_stage) || area.words().is_some_and(is_stage)) {
            return None;
        }
        let Self { centre, size } = area.extent()?;
        Some(Self { centre: (x + centre.0, y + centre.1), size })
    }

    /// The stage if it is anywhere near.
    pub fn in_units_of(&self, unit: f64) -> Option<Stage> {
        let (width, height) = self.size.map_or(STAGE_SIZE, |(width, height)| (width / unit, height / unit));
        let hundredths = |units: f64| (units.abs() <= 100_000.0).then(|| (units * 100.0).round() as i32);
        Some(Stage {
            x: hundredths(self.centre.0 / unit)?,
            y: hundredths(self.centre.1 / unit)?,
            width: hundredths(width.abs().max(1.0))?,
            height: hundredths(height.abs().max(1.0))?,
        })
    }
}

fn is_stage(words: &str) -> bool {
    let words = words.to_lowercase();
    words.contains("stage") || words.contains("무대")
}

#[derive(Deserialize)]
struct Area {
    #[serde(default)]
    position: Point,
    text: Option<Words>,
    rectangle: Option<Size>,
    circle: Option<Circle>,
    ellipse: Option<Ellipse>,
    polygon: Option<Polygon>,
}

#[derive(Deserialize, Default, Clone, Copy)]
struct Point {
    x: f64,
    y: f64,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Words {
    Placed { text: Option<String>, position: Option<Point> },
    Plain(String),
}

#[derive(Deserialize)]
struct Size {
    width: f64,
    height: f64,
}

#[derive(Deserialize)]
struct Circle {
    radius: f64,
}

#[derive(Deserialize)]
struct Ellipse {
    radius: Point,
}

#[derive(Deserialize)]
struct Polygon {
    points: Vec<Point>,
}

impl Area {
    fn words(&self) -> Option<&str> {
        match self.text.as_ref()? {
            Words::Placed { text, .. } => text.as_deref(),
            Words::Plain(text) => Some(text),
        }
    }

    /// Its middle and size. A rectangle is placed by its corner, a circle by its middle, a polygon by its points.
    fn extent(&self) -> Option<StageArea> {
        let Point { x, y } = self.position;
        let at = |x, y, size| Some(StageArea { centre: (x, y), size });
        if let Some(Size { width, height }) = self.rectangle {
            return at(x + width / 2.0, y + height / 2.0, Some((width, height)));
        }
        if let Some(Circle { radius }) = self.circle {
            return at(x, y, Some((radius * 2.0, radius * 2.0)));
        }
        if let Some(Ellipse { radius }) = self.ellipse {
            return at(x, y, Some((radius.x * 2.0, radius.y * 2.0)));
        }
        if let Some(Polygon { points }) = &self.polygon {
            let range = |of: fn(&Point) -> f64| {
                let values = points.iter().map(of);
                Some((values.clone().min_by(f64::total_cmp)?, values.max_by(f64::total_cmp)?))
            };
            let ((left, right), (top, bottom)) = (range(|point| point.x)?, range(|point| point.y)?);
            let size = Some((right - left, bottom - top));
            return at(x + (left + right) / 2.0, y + (top + bottom) / 2.0, size);
        }
        match self.text.as_ref()? {
            Words::Placed { position: Some(text), .. } => at(x + text.x, y + text.y, None),
            _ => at(x, y, None),
        }
    }
}
