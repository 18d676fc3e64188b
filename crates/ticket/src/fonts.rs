//! Text as glyphs with widths, in lines of a given width.

use krilla::text::{Font, GlyphId, KrillaGlyph};
use rustybuzz::ttf_parser::GlyphId as Found;
use rustybuzz::{Direction, Face, ShapePlan, UnicodeBuffer, script};
use unicode_normalization::UnicodeNormalization;

/// The font of the screens, as npm brings it (SIL Open Font License 1.1). Only the glyphs used get into a PDF.
const REGULAR: &[u8] = include_bytes!("../../../ui/node_modules/pretendard/dist/public/static/Pretendard-Regular.otf");
const BOLD: &[u8] = include_bytes!("../../../ui/node_modules/pretendard/dist/public/static/Pretendard-Bold.otf");

/// A longer text is cut: no ticket has room for it.
const LONGEST: usize = 400;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weight {
    Regular,
    Bold,
}

pub(crate) struct Fonts {
    regular: Cut,
    bold: Cut,
}

/// One weight of the font. The plan is kept: making one reads all the font's rules, which takes longer than a ticket.
struct Cut {
    face: Face<'static>,
    plan: ShapePlan,
    font: Font,
}

/// A text whose glyphs are known; widths in ems.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub text: String,
    pub glyphs: Vec<KrillaGlyph>,
    pub width: f32,
    pub weight: Weight,
}

impl Fonts {
    pub fn load() -> Option<Self> {
        let cut = |bytes: &'static [u8]| {
            let face = Face::from_slice(bytes, 0)?;
            let plan = ShapePlan::new(&face, Direction::LeftToRight, Some(script::HANGUL), None, &[]);
            Some(Cut { face, plan, font: Font::new(bytes.into(), 0)? })
        };
        Some(Self { regular: cut(REGULAR)?, bold: cut(BOLD)? })
    }

    pub fn font(&self, weight: Weight) -> Font {
        self.of(weight).font.clone()
    }

    fn of(&self, weight: Weight) -> &Cut {
        match weight {
            Weight::Regular => &self.regular,
            Weight::Bold => &self.bold,
        }
    }

    /// One line, however long.
    pub fn line(&self, text: &str, weight: Weight) -> Line {
        self.shape(self.printable(text), weight)
    }

    /// Lines no wider than `width` ems, at most `most` of them; whether all of the text is in them. What is not ends in
    /// an ellipsis.
    pub fn lines(&self, text: &str, weight: Weight, width: f32, most: usize) -> (Vec<Line>, bool) {
        let mut rest = self.printable(text);
        let mut lines = Vec::new();
        while !rest.is_empty() {
            let whole = self.shape(rest.clone(), weight);
            if whole.width <= width {
                lines.push(whole);
                return (lines, true);
            }
            if lines.len() + 1 >= most {
                lines.push(self.ellipsis(&whole, width));
                return (lines, false);
            }
            let end = break_of(&whole, width);
            lines.push(self.shape(rest[..end].trim_end().to_owned(), weight));
            rest = rest[end..].trim_start().to_owned();
        }
        (lines, true)
    }

    /// As much of a line as fits before an ellipsis.
    fn ellipsis(&self, line: &Line, width: f32) -> Line {
        let mut end = fitting(line, width);
        loop {
            let cut = self.shape(format!("{}…", line.text[..end].trim_end()), line.weight);
            let Some((before, _)) = line.text[..end].char_indices().next_back().filter(|_| cut.width > width) else {
                return cut;
            };
            end = before;
        }
    }

    /// The text as it can be printed: composed, on one line, without what has no shape, and with □ for what the font
    /// lacks.
    fn printable(&self, text: &str) -> String {
        let face = &self.regular.face;
        let mut printable = String::new();
        for c in text.nfc().take(LONGEST) {
            match c {
                _ if c.is_whitespace() || c.is_control() => {
                    if !printable.is_empty() && !printable.ends_with(' ') {
                        printable.push(' ');
                    }
                }
                // Joiners, marks of direction, variants of an emoji.
                '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' => {
                }
                '\u{fe00}'..='\u{fe0f}' | '\u{e0000}'..='\u{e0fff}' => {}
                _ if face.glyph_index(c).is_none_or(|glyph| glyph == Found(0)) => printable.push('□'),
                _ => printable.push(c),
            }
        }
        printable.truncate(printable.trim_end().len());
        printable
    }

    fn shape(&self, text: String, weight: Weight) -> Line {
        let Cut { face, plan, font } = self.of(weight);
        let em = font.units_per_em();
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(&text);
        buffer.set_direction(Direction::LeftToRight);
        buffer.set_script(script::HANGUL);
        let shaped = rustybuzz::shape_with_plan(face, plan, buffer);
        let infos = shaped.glyph_infos();
        let glyphs: Vec<KrillaGlyph> = infos
            .iter()
            .zip(shaped.glyph_positions())
            .enumerate()
            .map(|(at, (info, place))| {
                // What a glyph stands for reaches to the next cluster; several glyphs of one share it.
                let start = info.cluster as usize;
                let next = infos[at..].iter().find(|later| later.cluster > info.cluster);
                let end = next.map_or(text.len(), |later| later.cluster as usize);
                let [x_advance, x, y, y_advance] =
                    [place.x_advance, place.x_offset, place.y_offset, place.y_advance].map(|units| units as f32 / em);
                KrillaGlyph::new(GlyphId::new(info.glyph_id), x_advance, x, y, y_advance, start..end, None)
            })
            .collect();
        let width = glyphs.iter().map(|glyph| glyph.x_advance).sum();
        Line { text, glyphs, width, weight }
    }
}

/// Up to which byte the line fits into this width; at least its first character.
fn fitting(line: &Line, width: f32) -> usize {
    let mut used = 0.0;
    for glyph in &line.glyphs {
        used += glyph.x_advance;
        if used > width {
            return glyph.text_range.start.max(line.text.chars().next().map_or(0, char::len_utf8));
        }
    }
    line.text.len()
}

/// Where the line is broken: after its last space that fits, unless that leaves less than half of it.
fn break_of(line: &Line, width: f32) -> usize {
    let end = fitting(line, width);
    if line.text[end..].starts_with(' ') {
        return end;
    }
    match line.text[..end].rfind(' ') {
        Some(space) if space * 2 >= end => space + 1,
        _ => end,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(lines: &[Line]) -> Vec<&str> {
        lines.iter().map(|line| line.text.as_str()).collect()
    }

    #[test]
    fn lines_break_after_words_and_inside_of_a_word_that_is_too_long() {
        let fonts = Fonts::load().unwrap();
        let (lines, all) = fonts.lines("서울시립교향악단 송년음악회 베토벤 교향곡 제9번", Weight::Bold, 12.0, 9);
        assert_eq!(texts(&lines), ["서울시립교향악단 송년음악회", "베토벤 교향곡 제9번"]);
        assert!(all);
        let (lines, all) = fonts.lines("가나다라마바사아자차카타파하", Weight::Regular, 5.0, 9);
        assert_eq!(texts(&lines).concat(), "가나다라마바사아자차카타파하");
        assert!(all && lines.len() > 1 && lines.iter().all(|line| line.width <= 5.0));
    }

    #[test]
    fn what_has_no_room_ends_in_an_ellipsis() {
        let fonts = Fonts::load().unwrap();
        let (lines, all) = fonts.lines("가나다라마바사아자차카타파하", Weight::Regular, 5.0, 2);
        assert!(!all && lines.len() == 2 && lines[1].text.ends_with('…') && lines[1].width <= 5.0);
        assert_eq!(texts(&fonts.lines("가나다", Weight::Regular, 0.1, 1).0), ["…"]);
    }

    #[test]
    fn what_the_font_lacks_is_a_box_and_what_has_no_shape_is_left_out() {
        let fonts = Fonts::load().unwrap();
        let line = fonts.line(" 交\u{200d}響\u{fe0f}\u{202e}\n\t봄\u{0}", Weight::Regular);
        assert_eq!(line.text, "□□ 봄");
        // Decomposed, as macOS writes file names.
        assert_eq!(fonts.line("\u{1107}\u{1169}\u{11b7}", Weight::Regular).text, "봄");
    }
}
