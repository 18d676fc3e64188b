//! Pages as PDF.

use krilla::Document;
use krilla::color::luma;
use krilla::geom::{Path, PathBuilder, Point, Rect};
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::surface::Surface;
use qrcode::{Color, EcLevel, QrCode};

use crate::fonts::Fonts;
use crate::layout::Page;
use crate::paper::Area;
use crate::{Error, Language};

/// Free modules around a QR, as its standard asks for.
const QUIET: usize = 4;

pub(crate) fn pdf(
    fonts: &Fonts,
    area: &Area,
    pages: &[(Page, Option<String>)],
    language: Language,
) -> Result<Vec<u8>, Error> {
    let broken = |what: &dyn std::fmt::Debug| Error::Pdf(format!("{what:?}"));
    let mut document = Document::new();
    document.set_metadata(Metadata::new().creator("Maepyo".into()).language(language.tag().into()));
    for (page, qr) in pages {
        let settings =
            PageSettings::from_wh(area.page_width, page.height).ok_or_else(|| broken(&"a page has no size"))?;
        let mut sheet = document.start_page_with(settings);
        let mut surface = sheet.surface();
        write(&mut surface, fonts, page);
        if let (Some(text), Some(place)) = (qr, page.qr) {
            // Medium: a crease or a drop of water may take an eighth of it.
            let code = QrCode::with_error_correction_level(text, EcLevel::M).map_err(|error| broken(&error))?;
            if let Some(path) = modules(&code, place) {
                surface.draw_path(&path);
            }
        }
        surface.finish();
        sheet.finish();
    }
    document.finish().map_err(|error| broken(&error))
}

fn write(surface: &mut Surface, fonts: &Fonts, page: &Page) {
    let fill = |color: luma::Color| Some(Fill { paint: color.into(), ..Fill::default() });
    surface.set_fill(fill(luma::Color::black()));
    for &(x, y, length) in &page.rules {
        if let Some(path) = bar(x, y, length, 0.6) {
            surface.draw_path(&path);
        }
    }
    for text in &page.texts {
        if text.inverse {
            let width = (text.line.width + 1.0) * text.size;
            if let Some(path) = bar(text.x - text.size / 2.0, text.baseline - 0.95 * text.size, width, 1.22 * text.size)
            {
                surface.draw_path(&path);
            }
            surface.set_fill(fill(luma::Color::white()));
        }
        let line = &text.line;
        let start = Point::from_xy(text.x, text.baseline);
        surface.draw_glyphs(start, &line.glyphs, fonts.font(line.weight), &line.text, text.size, false);
        surface.set_fill(fill(luma::Color::black()));
    }
}

fn bar(x: f32, y: f32, width: f32, height: f32) -> Option<Path> {
    let mut path = PathBuilder::new();
    path.push_rect(Rect::from_xywh(x, y, width, height)?);
    path.finish()
}

/// The dark modules as one path, those of a row that touch as one bar: no seams between them at any resolution.
fn modules(code: &QrCode, (left, top, side): (f32, f32, f32)) -> Option<Path> {
    let width = code.width();
    let module = side / (width + 2 * QUIET) as f32;
    let at = |index: usize| (index + QUIET) as f32 * module;
    let mut path = PathBuilder::new();
    for (y, row) in code.to_colors().chunks(width).enumerate() {
        let mut x = 0;
        while x < width {
            let dark = row[x..].iter().take_while(|color| **color == Color::Dark).count();
            if dark > 0 {
                path.push_rect(Rect::from_xywh(left + at(x), top + at(y), dark as f32 * module, module)?);
            }
            x += dark.max(1);
        }
    }
    path.finish()
}
