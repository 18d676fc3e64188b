//! The shapes of a drawing: where each lies once all transforms are followed, what it is called, and how it is filled.

use std::collections::HashMap;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::colour::colour;
use crate::svg::geometry::{Matrix, Reach, length, numbers, path};
use crate::text::plain;
use crate::xml::{letter, value};

/// Groups within groups.
const DEPTH_MOST: usize = 200;
const SHAPES_MOST: usize = 200_000;
const GROUPS_MOST: usize = 100_000;
/// Names and texts are short.
const NAME_MOST: usize = 200;

#[derive(Debug, Default)]
pub(super) struct Drawing {
    pub shapes: Vec<Shape>,
    pub texts: Vec<Words>,
    pub groups: Vec<Group>,
}

/// A shape that is drawn.
#[derive(Debug, Clone)]
pub(super) struct Shape {
    pub reach: Reach,
    /// What it is called, by attribute: `id`, `title`, `data-…`.
    pub names: Vec<(String, String)>,
    pub fill: Option<String>,
    /// Index into the groups.
    pub group: Option<usize>,
    pub line: u32,
}

/// A text that is drawn.
#[derive(Debug, Clone)]
pub(super) struct Words {
    pub text: String,
    pub at: (f64, f64),
}

#[derive(Debug, Clone)]
pub(super) struct Group {
    pub names: Vec<(String, String)>,
    pub parent: Option<usize>,
}

struct Frame {
    /// Into the drawing's coordinates.
    matrix: Matrix,
    /// Into the parent's.
    own: Matrix,
    fill: Option<String>,
    group: Option<usize>,
    is_drawn: bool,
    /// In its own coordinates.
    reach: Option<Reach>,
    id: Option<String>,
    kind: Kind,
    size: Option<(f64, f64)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Group,
    Shape(Option<usize>),
    Text(usize),
    Title,
    Other,
}

/// What a `use` draws, looked up once all is read.
struct Used {
    shape: usize,
    of: String,
    matrix: Matrix,
    size: Option<(f64, f64)>,
}

struct Reading {
    drawing: Drawing,
    frames: Vec<Frame>,
    defined: HashMap<String, (Reach, Option<(f64, f64)>)>,
    used: Vec<Used>,
    /// By class.
    fills: HashMap<String, String>,
}

/// None if it is no XML, or deeper than any drawing.
pub(super) fn read(xml: &str) -> Option<Drawing> {
    let mut reader = Reader::from_str(xml);
    reader.config_mut().check_end_names = false;
    let mut reading = Reading {
        drawing: Drawing::default(),
        frames: Vec::new(),
        defined: HashMap::new(),
        used: Vec::new(),
        fills: style_sheets(xml),
    };
    let (mut line, mut counted) = (1, 0);
    loop {
        let event = reader.read_event();
        let position = (reader.buffer_position() as usize).min(xml.len());
        let new = xml.as_bytes().get(counted..position).unwrap_or_default();
        line += new.iter().filter(|byte| **byte == b'\n').count() as u32;
        counted = position.max(counted);
        match event {
            Ok(Event::Start(tag)) => reading.open(&tag, line)?,
            Ok(Event::Empty(tag)) => {
                reading.open(&tag, line)?;
                reading.close();
            }
            Ok(Event::End(_)) => reading.close(),
            Ok(Event::Text(text)) => reading.text(&text.xml10_content()),
            Ok(Event::CData(text)) => reading.text(&text.xml10_content()),
            Ok(Event::GeneralRef(reference)) => reading.text(letter(&reference).encode_utf8(&mut [0; 4])),
            Ok(Event::Eof) => break,
            // Cut off or broken: what was read until there is a drawing still.
            Err(_) => break,
            Ok(_) => {}
        }
        if reading.drawing.shapes.len() > SHAPES_MOST {
            return None;
        }
    }
    while !reading.frames.is_empty() {
        reading.close();
    }
    reading.place_used();
    Some(reading.drawing)
}

impl Reading {
    fn open(&mut self, tag: &BytesStart<'_>, line: u32) -> Option<()> {
        if self.frames.len() >= DEPTH_MOST {
            return None;
        }
        let name = crate::xlsx::local(tag).to_owned();
        let outer = self.frames.last();
        let (matrix, fill, group, is_drawn) = outer.map_or((Matrix::SAME, None, None, true), |frame| {
            (frame.matrix, frame.fill.clone(), frame.group, frame.is_drawn)
        });
        let given = Given::of(tag);
        let own = given.get("transform").map_or(Matrix::SAME, Matrix::read);
        let figure = |name| given.get(name).and_then(length);
        // A drawing within a drawing lies where it says.
        let shift = match name.as_str() {
            "svg" if outer.is_some() => Matrix::shift(figure("x").unwrap_or(0.0), figure("y").unwrap_or(0.0)),
            _ => Matrix::SAME,
        };
        let own = own.then(shift);
        let matrix = matrix.then(own);
        let style = given.get("style").unwrap_or_default();
        let is_shown = given.get("display") != Some("none") && !style.replace(' ', "").contains("display:none");
        let hides =
            matches!(name.as_str(), "defs" | "symbol" | "clipPath" | "mask" | "pattern" | "marker" | "metadata");
        let is_drawn = is_drawn && is_shown && !hides;
        let fill = self.fill_of(&given).or(fill);
        let size = figure("width").zip(figure("height"));
        let kind = match name.as_str() {
            "title" => Kind::Title,
            "style" => Kind::Other,
            "text" if is_drawn => {
                let at = matrix.point((figure("x").unwrap_or(0.0), figure("y").unwrap_or(0.0)));
                self.drawing.texts.push(Words { text: String::new(), at });
                Kind::Text(self.drawing.texts.len() - 1)
            }
            "tspan" | "textPath" => match outer.map(|frame| frame.kind) {
                Some(Kind::Text(at)) => {
                    let words = self.drawing.texts.get_mut(at);
                    if let (Some(words), Some(x), Some(y)) = (words, figure("x"), figure("y")) {
                        if words.text.trim().is_empty() {
                            words.at = matrix.point((x, y));
                        } else {
                            words.text.push(' ');
                        }
                    }
                    Kind::Text(at)
                }
                _ => Kind::Other,
            },
            "circle" | "ellipse" | "rect" | "path" | "polygon" | "polyline" | "use" => Kind::Shape(None),
            _ => Kind::Group,
        };
        let mut frame = Frame { matrix, own, fill, group, is_drawn, reach: None, id: None, kind, size };
        frame.id = given.get("id").map(str::to_owned);
        if name == "symbol" {
            frame.size = given.get("viewBox").map(numbers).filter(|n| n.len() == 4).map(|n| (n[2], n[3]));
        }
        match kind {
            Kind::Group => {
                let names = given.names();
                if !names.is_empty() && self.drawing.groups.len() < GROUPS_MOST {
                    self.drawing.groups.push(Group { names, parent: group });
                    frame.group = Some(self.drawing.groups.len() - 1);
                }
            }
            Kind::Shape(_) => self.shape(&name, &given, &mut frame, line),
            _ => {}
        }
        self.frames.push(frame);
        Some(())
    }

    fn shape(&mut self, name: &str, given: &Given, frame: &mut Frame, line: u32) {
        let figure = |name| given.get(name).and_then(length).unwrap_or(0.0);
        let around =
            |x: f64, y: f64, across: f64, down: f64| Reach::around([(x - across, y - down), (x + across, y + down)]);
        let reach = match name {
            "circle" => around(figure("cx"), figure("cy"), figure("r"), figure("r")),
            "ellipse" => around(figure("cx"), figure("cy"), figure("rx"), figure("ry")),
            "rect" => {
                let (x, y) = (figure("x"), figure("y"));
                Reach::around([(x, y), (x + figure("width"), y + figure("height"))])
            }
            "path" => path(given.get("d").unwrap_or_default()),
            "use" => Reach::around([(figure("x"), figure("y"))]),
            _ => {
                let points = numbers(given.get("points").unwrap_or_default());
                Reach::around(points.chunks_exact(2).map(|pair| (pair[0], pair[1])))
            }
        };
        frame.reach = reach;
        let Some(drawn) = reach.filter(|_| frame.is_drawn).and_then(|reach| reach.under(frame.matrix)) else { return };
        let shape = Shape { reach: drawn, names: given.names(), fill: frame.fill.clone(), group: frame.group, line };
        let at = self.drawing.shapes.len();
        if let Some(of) = given.get("href").and_then(|href| href.strip_prefix('#')).filter(|_| name == "use") {
            let matrix = frame.matrix.then(Matrix::shift(figure("x"), figure("y")));
            self.used.push(Used { shape: at, of: of.to_owned(), matrix, size: frame.size });
        }
        self.drawing.shapes.push(shape);
        frame.kind = Kind::Shape(Some(at));
    }

    fn text(&mut self, text: &str) {
        let depth = self.frames.len();
        match self.frames.last().map(|frame| frame.kind) {
            Some(Kind::Text(at)) => {
                if let Some(words) = self.drawing.texts.get_mut(at).filter(|words| words.text.len() < NAME_MOST) {
                    words.text += text;
                }
            }
            // The title of what it stands in.
            Some(Kind::Title) if depth > 1 => {
                let frame = &self.frames[depth - 2];
                let names = match (frame.kind, frame.group) {
                    (Kind::Shape(Some(shape)), _) => self.drawing.shapes.get_mut(shape).map(|shape| &mut shape.names),
                    (Kind::Group, Some(group)) if depth > 2 => {
                        self.drawing.groups.get_mut(group).map(|group| &mut group.names)
                    }
                    _ => None,
                };
                if let Some(names) = names {
                    name(names, "title", text);
                }
            }
            _ => {}
        }
    }

    fn close(&mut self) {
        let Some(frame) = self.frames.pop() else { return };
        let reach = frame.reach.and_then(|reach| reach.under(frame.own));
        if let (Some(id), Some(reach)) = (frame.id, reach)
            && self.defined.len() < SHAPES_MOST
        {
            self.defined.insert(id, (reach, frame.size));
        }
        if let (Some(outer), Some(reach)) = (self.frames.last_mut(), reach) {
            outer.reach = Some(outer.reach.map_or(reach, |outer| outer.joined(reach)));
        }
    }

    /// A `use` draws what it names, which may be defined after it.
    fn place_used(&mut self) {
        for used in &self.used {
            let Some((reach, own_size)) = self.defined.get(&used.of) else { continue };
            // A symbol fills the size that it is used at.
            let reach = match (own_size, used.size) {
                (Some(_), Some(size)) => Reach { from: (0.0, 0.0), to: size },
                _ => *reach,
            };
            if let (Some(reach), Some(shape)) = (reach.under(used.matrix), self.drawing.shapes.get_mut(used.shape)) {
                shape.reach = reach;
            }
        }
    }

    fn fill_of(&self, given: &Given) -> Option<String> {
        let style = given.get("style").unwrap_or_default();
        let in_style = declared_fill(style);
        let of_class = || {
            let classes = given.get("class").unwrap_or_default().split_whitespace();
            classes.filter_map(|class| self.fills.get(class)).next_back().cloned()
        };
        in_style.or_else(of_class).or_else(|| given.get("fill").and_then(colour))
    }
}

fn declared_fill(style: &str) -> Option<String> {
    style
        .split(';')
        .find_map(|rule| rule.split_once(':').filter(|(name, _)| name.trim() == "fill"))
        .and_then(|(_, fill)| colour(fill))
}

/// Fills by class, from the style sheets in the file: `.cls-1,.cls-2{fill:#7f4a91}`.
fn style_sheets(xml: &str) -> HashMap<String, String> {
    let mut fills = HashMap::new();
    let mut rest = xml;
    while let Some((_, sheet)) = rest.split_once("<style") {
        let (sheet, after) = sheet.split_once("</style>").unwrap_or((sheet, ""));
        for rule in sheet.split('}').take(5_000) {
            let Some((selectors, body)) = rule.split_once('{') else { continue };
            let Some(fill) = declared_fill(body) else { continue };
            for selector in selectors.split(',').take(200) {
                if let Some((_, class)) = selector.trim().rsplit_once('.') {
                    fills.insert(class.trim().to_owned(), fill.clone());
                }
            }
        }
        rest = after;
    }
    fills
}

/// A tag's attributes.
struct Given(Vec<(String, String)>);

impl Given {
    fn of(tag: &BytesStart<'_>) -> Self {
        let mut all = Vec::new();
        for attribute in tag.attributes().with_checks(false).flatten().take(60) {
            all.push((attribute.key.0.to_owned(), value(&attribute)));
        }
        Self(all)
    }

    /// By its name without its namespace.
    fn get(&self, name: &str) -> Option<&str> {
        let is = |key: &str| key == name || key.rsplit_once(':').is_some_and(|(_, local)| local == name);
        self.0.iter().find(|(key, _)| is(key)).map(|(_, value)| value.as_str())
    }

    /// Attributes that may say what it is called.
    fn names(&self) -> Vec<(String, String)> {
        let mut names = Vec::new();
        for (key, value) in &self.0 {
            if key.starts_with("data-") || matches!(key.as_str(), "id" | "inkscape:label" | "aria-label" | "name") {
                name(&mut names, key, value);
            }
        }
        names
    }
}

fn name(names: &mut Vec<(String, String)>, key: &str, text: &str) {
    if names.len() < 24 {
        let short: String = text.chars().take(NAME_MOST).collect();
        let text = plain(&unescaped(&short));
        if !text.is_empty() {
            names.push((key.to_lowercase(), text));
        }
    }
}

/// Illustrator writes `_x31_2` where an id may not begin with a figure.
fn unescaped(text: &str) -> String {
    let mut whole = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("_x") {
        whole += before;
        let letter = after.split_once('_').filter(|(hex, _)| (2..=5).contains(&hex.len()));
        match letter.and_then(|(hex, tail)| Some((char::from_u32(u32::from_str_radix(hex, 16).ok()?)?, tail))) {
            Some((letter, tail)) => {
                whole.push(letter);
                rest = tail;
            }
            None => {
                whole += "_x";
                rest = after;
            }
        }
    }
    whole + rest
}
