//! Colours as plans and drawings write them.

/// Names that people use; CSS has many more.
const NAMES: [(&str, &str); 26] = [
    ("black", "#000000"),
    ("blue", "#0000ff"),
    ("brown", "#a52a2a"),
    ("coral", "#ff7f50"),
    ("crimson", "#dc143c"),
    ("cyan", "#00ffff"),
    ("darkblue", "#00008b"),
    ("darkgreen", "#006400"),
    ("gold", "#ffd700"),
    ("gray", "#808080"),
    ("green", "#008000"),
    ("grey", "#808080"),
    ("lightblue", "#add8e6"),
    ("lightgreen", "#90ee90"),
    ("lime", "#00ff00"),
    ("magenta", "#ff00ff"),
    ("navy", "#000080"),
    ("orange", "#ffa500"),
    ("pink", "#ffc0cb"),
    ("purple", "#800080"),
    ("red", "#ff0000"),
    ("silver", "#c0c0c0"),
    ("teal", "#008080"),
    ("violet", "#ee82ee"),
    ("white", "#ffffff"),
    ("yellow", "#ffff00"),
];

/// A colour as `#rrggbb`; None if it is none that is known.
pub(crate) fn colour(text: &str) -> Option<String> {
    let text = text.trim().to_ascii_lowercase();
    if let Some((_, hex)) = NAMES.iter().find(|(name, _)| *name == text) {
        return Some((*hex).to_owned());
    }
    if let Some(inner) = text.strip_prefix("rgb").and_then(|rest| rest.trim_start_matches('a').strip_prefix('(')) {
        let parts: Vec<u8> = inner
            .trim_end_matches(')')
            .split([',', ' ', '/'])
            .filter(|part| !part.is_empty())
            .take(3)
            .filter_map(|part| part.parse().ok())
            .collect();
        return match parts[..] {
            [red, green, blue] => Some(format!("#{red:02x}{green:02x}{blue:02x}")),
            _ => None,
        };
    }
    let hex = text.strip_prefix('#').unwrap_or(&text);
    if !hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    match hex.len() {
        3 | 4 => Some(hex.chars().take(3).fold("#".to_owned(), |hex, c| format!("{hex}{c}{c}"))),
        6 | 8 => Some(format!("#{}", &hex[..6])),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_come_out_in_one_way() {
        for (text, wanted) in [
            ("#7f4a91", "#7f4a91"),
            ("#7F4A91ff", "#7f4a91"),
            ("#fa0", "#ffaa00"),
            ("Red", "#ff0000"),
            ("rgb(127, 74, 145)", "#7f4a91"),
            ("rgba(127,74,145,0.5)", "#7f4a91"),
        ] {
            assert_eq!(colour(text).as_deref(), Some(wanted), "{text}");
        }
        for text in ["", "none", "url(#a)", "#12", "rgb(1,2)", "가"] {
            assert_eq!(colour(text), None, "{text}");
        }
    }
}
