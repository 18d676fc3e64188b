//! What stands where on a page. Everything is tried at the largest type first, and smaller until all of it has room.

use crate::fonts::{Fonts, Line, Weight};
use crate::paper::{Area, MM};
use crate::words::{Words, time, won};
use crate::{Sale, Seat};

/// Baseline to baseline, in ems.
const LEADING: f32 = 1.3;
/// The baseline of a line, below its upper edge, in ems.
const ASCENT: f32 = 0.98;
/// The smallest enlargement of the type.
const SMALLEST: f32 = 0.5;
/// No page of a roll is longer, in points: PDF ends at 14,400.
const LONGEST_PAGE: f32 = 12_000.0;

/// A page, in points from its upper left corner.
#[derive(Debug, Default)]
pub(crate) struct Page {
    pub height: f32,
    pub texts: Vec<Text>,
    /// Thin lines from left to right: left end, height and length.
    pub rules: Vec<(f32, f32, f32)>,
    /// Left, upper edge and side of the QR with its quiet zone.
    pub qr: Option<(f32, f32, f32)>,
}

#[derive(Debug)]
pub(crate) struct Text {
    pub x: f32,
    pub baseline: f32,
    pub size: f32,
    pub line: Line,
    /// White in a black bar.
    pub inverse: bool,
}

/// Part of a ticket or receipt: lines that belong together, and what stands at their right end.
struct Block<'a> {
    text: &'a str,
    right: &'a str,
    weight: Weight,
    size: f32,
    most: usize,
    /// Free above it, in millimetres.
    gap: f32,
    rule: bool,
    inverse: bool,
}

impl<'a> Block<'a> {
    fn new(text: &'a str, weight: Weight, size: f32, most: usize, gap: f32) -> Self {
        Self { text, right: "", weight, size, most, gap, rule: false, inverse: false }
    }

    fn mark(text: &'a str) -> Self {
        Self { inverse: true, ..Self::new(text, Weight::Bold, 11.0, 1, 0.0) }
    }
}

/// A column that is written from top to bottom.
struct Column<'a> {
    fonts: &'a Fonts,
    left: f32,
    width: f32,
    y: f32,
    scale: f32,
    page: Page,
    /// Whether all of every text is there.
    whole: bool,
}

struct Measured {
    lines: Vec<Line>,
    right: Option<Line>,
    /// Whether all of the text is in the lines.
    whole: bool,
    height: f32,
}

impl Column<'_> {
    /// The block's lines, in ems of its size, and what it takes of the column's height.
    fn measure(&self, block: &Block) -> Measured {
        let size = block.size * self.scale;
        // The bar of a mark is wider than its text.
        let width = self.width / size - if block.inverse { 1.0 } else { 0.0 };
        let right = (!block.right.is_empty()).then(|| self.fonts.line(block.right, block.weight));
        let taken = right.as_ref().map_or(0.0, |right| right.width + 1.0);
        let (mut lines, mut whole) = self.fonts.lines(block.text, block.weight, width - taken, block.most);
        let mut rows = lines.len();
        if right.is_some() && !whole {
            // What leaves too little room beside it goes below.
            (lines, whole) = self.fonts.lines(block.text, block.weight, width, block.most);
            rows = lines.len() + 1;
        }
        Measured { height: rows as f32 * size * LEADING + block.gap * MM * self.scale, lines, right, whole }
    }

    fn write(&mut self, block: &Block) {
        let Measured { lines, right, whole, height } = self.measure(block);
        self.whole &= whole;
        if lines.is_empty() && right.is_none() {
            return;
        }
        let size = block.size * self.scale;
        let end = self.y + height;
        if block.rule {
            self.page.rules.push((self.left, self.y + block.gap * MM * self.scale / 2.0, self.width));
        }
        self.y += block.gap * MM * self.scale;
        let indent = if block.inverse { size / 2.0 } else { 0.0 };
        let first = self.y;
        let mut count = 0.0;
        for line in lines {
            let baseline = first + (count * LEADING + ASCENT) * size;
            self.page.texts.push(Text { x: self.left + indent, baseline, size, line, inverse: block.inverse });
            count += 1.0;
        }
        if let Some(line) = right {
            let size = size.min(self.width / line.width);
            let x = self.left + self.width - line.width * size;
            let baseline = end - (LEADING - ASCENT) * size;
            self.page.texts.push(Text { x, baseline, size, line, inverse: false });
        }
        self.y = end;
    }
}

/// One seat's ticket.
pub(crate) fn ticket(fonts: &Fonts, sale: &Sale, seat: &Seat, area: &Area, words: &Words) -> Page {
    let mark = (words.reprint)(sale.reprint);
    let date = sale.starts_at.map_or(words.date_open.to_owned(), words.date);
    let price = format!("{}  {}", seat.tier, won(seat.price));
    let number = format!("{} {}", words.number, sale.number);
    let sold = sold(sale, words);
    let mut blocks = vec![
        Block::new(&sale.title, Weight::Bold, 15.0, 3, 0.0),
        Block::new(&date, Weight::Regular, 10.5, 2, 1.0),
        Block::new(sale.venue.as_deref().unwrap_or_default(), Weight::Regular, 10.5, 2, 0.0),
        Block::new(&seat.label, Weight::Bold, 19.0, 2, 1.5),
        Block::new(&price, Weight::Regular, 12.0, 2, 0.0),
        Block::new(&number, Weight::Bold, 10.5, 1, 1.5),
        Block::new(&sold, Weight::Regular, 8.0, 2, 0.5),
    ];
    if sale.reprint > 0 {
        blocks[0].gap = 1.0;
        blocks.insert(0, Block::mark(&mark));
    }

    // What is wide has its QR at the right, what is high below.
    let wide = area.ticket_height.is_some_and(|height| area.width > height);
    let mut scale = area.scale;
    loop {
        for beside in [wide, !wide] {
            let (page, fits) = compose(fonts, &blocks, area, scale, beside);
            if fits {
                return page;
            }
        }
        scale -= 0.05;
        if scale < SMALLEST {
            return compose(fonts, &blocks, area, SMALLEST, wide).0;
        }
    }
}

/// A ticket at one size of type; whether all of it has room.
fn compose(fonts: &Fonts, blocks: &[Block], area: &Area, scale: f32, beside: bool) -> (Page, bool) {
    let side = (26.0 * scale).clamp(20.0, 36.0) * MM;
    let gap = 3.0 * MM * scale;
    let width = if beside { area.width - side - gap } else { area.width };
    let mut column =
        Column { fonts, left: area.left, width, y: area.top, scale, page: Page::default(), whole: width >= 22.0 * MM };
    for block in blocks {
        column.write(block);
    }
    let (x, y) = if beside {
        (area.left + width + gap, area.top)
    } else {
        (area.left + (area.width - side) / 2.0, column.y + gap)
    };
    let end = column.y.max(y + side);
    let mut page = column.page;
    page.qr = Some((x, y, side));
    page.height = area.page_height.unwrap_or(end + area.bottom);
    let fits = column.whole && area.ticket_height.is_none_or(|height| end <= area.top + height);
    (page, fits)
}

/// The receipt of all seats.
pub(crate) fn receipt(fonts: &Fonts, sale: &Sale, area: &Area, words: &Words) -> Vec<Page> {
    let mark = (words.reprint)(sale.reprint);
    let date = sale.starts_at.map_or(words.date_open.to_owned(), words.date);
    let number = format!("{} {}", words.number, sale.number);
    let sold = sold(sale, words);
    let seats: Vec<(String, String)> =
        sale.seats.iter().map(|seat| (format!("{} · {}", seat.label, seat.tier), won(seat.price))).collect();
    let total = won(sale.seats.iter().fold(0, |sum: i64, seat| sum.saturating_add(seat.price)));
    let all = format!("{} {}", words.total, (words.seats)(sale.seats.len()));

    let mut blocks = Vec::new();
    if sale.reprint > 0 {
        blocks.push(Block::mark(&mark));
    }
    blocks.extend([
        Block::new(words.receipt, Weight::Bold, 15.0, 1, if sale.reprint > 0 { 1.0 } else { 0.0 }),
        Block::new(&sale.title, Weight::Bold, 11.0, 3, 1.0),
        Block::new(&date, Weight::Regular, 9.5, 2, 0.0),
        Block::new(sale.venue.as_deref().unwrap_or_default(), Weight::Regular, 9.5, 2, 0.0),
        Block::new(&number, Weight::Bold, 10.5, 1, 1.0),
    ]);
    for (at, (label, price)) in seats.iter().enumerate() {
        let gap = if at == 0 { 3.0 } else { 0.5 };
        blocks.push(Block { right: price, rule: at == 0, ..Block::new(label, Weight::Regular, 9.5, 3, gap) });
    }
    blocks.push(Block { right: &total, rule: true, ..Block::new(&all, Weight::Bold, 12.0, 1, 3.0) });
    blocks.push(Block::new(&sold, Weight::Regular, 8.0, 2, 2.0));

    // On one page if that can be done without making it hard to read.
    let largest = area.scale.min(1.2);
    let mut scale = largest;
    loop {
        let pages = flow(fonts, &blocks, area, scale);
        if pages.len() == 1 {
            return pages;
        }
        scale -= 0.05;
        if scale < 0.8 {
            return flow(fonts, &blocks, area, largest);
        }
    }
}

/// Blocks from top to bottom, on as many pages as they need.
fn flow(fonts: &Fonts, blocks: &[Block], area: &Area, scale: f32) -> Vec<Page> {
    let start =
        || Column { fonts, left: area.left, width: area.width, y: area.top, scale, page: Page::default(), whole: true };
    let bottom = area.top + area.height.unwrap_or(LONGEST_PAGE);
    let mut column = start();
    let mut pages = Vec::new();
    let mut finish = |column: Column| {
        let mut page = column.page;
        page.height = area.page_height.unwrap_or(column.y + area.bottom);
        pages.push(page);
    };
    for block in blocks {
        if column.y > area.top && column.y + column.measure(block).height > bottom {
            finish(std::mem::replace(&mut column, start()));
        }
        column.write(block);
    }
    finish(column);
    pages
}

fn sold(sale: &Sale, words: &Words) -> String {
    let at = sale.sold_at;
    let sold = if sale.walk_up { words.walk_up } else { words.sold };
    format!("{sold} {} {} · {}", at.format("%Y-%m-%d"), time(at), sale.counter)
}
