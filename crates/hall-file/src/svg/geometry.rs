//! Transforms, and how far shapes reach.

/// `matrix(a b c d e f)`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Matrix([f64; 6]);

impl Matrix {
    pub const SAME: Self = Self([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    pub fn shift(x: f64, y: f64) -> Self {
        Self([1.0, 0.0, 0.0, 1.0, x, y])
    }

    /// First `inner`, then this one.
    pub fn then(self, inner: Self) -> Self {
        let ([a, b, c, d, e, f], [p, q, r, s, t, u]) = (self.0, inner.0);
        Self([a * p + c * q, b * p + d * q, a * r + c * s, b * r + d * s, a * t + c * u + e, b * t + d * u + f])
    }

    pub fn point(self, (x, y): (f64, f64)) -> (f64, f64) {
        let [a, b, c, d, e, f] = self.0;
        (a * x + c * y + e, b * x + d * y + f)
    }

    /// A `transform` attribute; what can't be read of it is left out.
    pub fn read(text: &str) -> Self {
        let mut all = Self::SAME;
        for part in text.split(')').take(32) {
            let Some((name, figures)) = part.split_once('(') else { continue };
            let n = numbers(figures);
            let at = |i: usize| n.get(i).copied();
            let one = match (name.trim_matches(|c: char| c == ',' || c.is_whitespace()), at(0)) {
                ("matrix", Some(a)) if n.len() >= 6 => Self([a, n[1], n[2], n[3], n[4], n[5]]),
                ("translate", Some(x)) => Self::shift(x, at(1).unwrap_or(0.0)),
                ("scale", Some(x)) => Self([x, 0.0, 0.0, at(1).unwrap_or(x), 0.0, 0.0]),
                ("rotate", Some(degrees)) => {
                    let (sin, cos) = degrees.to_radians().sin_cos();
                    let turn = Self([cos, sin, -sin, cos, 0.0, 0.0]);
                    match (at(1), at(2)) {
                        (Some(x), Some(y)) => Self::shift(x, y).then(turn).then(Self::shift(-x, -y)),
                        _ => turn,
                    }
                }
                ("skewX", Some(degrees)) => Self([1.0, 0.0, degrees.to_radians().tan(), 1.0, 0.0, 0.0]),
                ("skewY", Some(degrees)) => Self([1.0, degrees.to_radians().tan(), 0.0, 1.0, 0.0, 0.0]),
                _ => continue,
            };
            all = all.then(one);
        }
        all
    }
}

/// Upper left and lower right.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Reach {
    pub from: (f64, f64),
    pub to: (f64, f64),
}

impl Reach {
    pub fn around(points: impl IntoIterator<Item = (f64, f64)>) -> Option<Self> {
        let points = points.into_iter().filter(|(x, y)| x.abs() < 1e9 && y.abs() < 1e9);
        points.map(|at| Self { from: at, to: at }).reduce(Self::joined)
    }

    pub fn joined(self, other: Self) -> Self {
        Self {
            from: (self.from.0.min(other.from.0), self.from.1.min(other.from.1)),
            to: (self.to.0.max(other.to.0), self.to.1.max(other.to.1)),
        }
    }

    /// As a transform draws it.
    pub fn under(self, matrix: Matrix) -> Option<Self> {
        let (from, to) = (self.from, self.to);
        Self::around([from, (to.0, from.1), to, (from.0, to.1)].map(|at| matrix.point(at)))
    }

    pub fn middle(self) -> (f64, f64) {
        ((self.from.0 + self.to.0) / 2.0, (self.from.1 + self.to.1) / 2.0)
    }

    pub fn size(self) -> (f64, f64) {
        (self.to.0 - self.from.0, self.to.1 - self.from.1)
    }

    pub fn holds(self, (x, y): (f64, f64)) -> bool {
        (self.from.0..=self.to.0).contains(&x) && (self.from.1..=self.to.1).contains(&y)
    }
}

/// A length; its unit is left out, since a file has one.
pub(super) fn length(text: &str) -> Option<f64> {
    numbers(text).first().copied()
}

/// The numbers of a text, however they are parted.
pub(super) fn numbers(text: &str) -> Vec<f64> {
    let mut lexer = Lexer { rest: text };
    let mut numbers = Vec::new();
    while !lexer.rest.is_empty() && numbers.len() < 100_000 {
        match lexer.number() {
            Some(number) => numbers.push(number),
            None => lexer.skip(),
        }
    }
    numbers
}

struct Lexer<'a> {
    rest: &'a str,
}

impl Lexer<'_> {
    fn blanks(&mut self) {
        self.rest = self.rest.trim_start_matches(|c: char| c == ',' || c.is_whitespace());
    }

    fn skip(&mut self) {
        let mut letters = self.rest.chars();
        letters.next();
        self.rest = letters.as_str();
    }

    /// `10-5.3.2e-5` is three numbers.
    fn number(&mut self) -> Option<f64> {
        self.blanks();
        let bytes = self.rest.as_bytes();
        let mut end = usize::from(matches!(bytes.first(), Some(b'-' | b'+')));
        let (mut dots, mut digits) = (0, 0);
        while let Some(byte) = bytes.get(end) {
            match byte {
                b'0'..=b'9' => digits += 1,
                b'.' if dots == 0 => dots = 1,
                _ => break,
            }
            end += 1;
        }
        if digits == 0 {
            return None;
        }
        if matches!(bytes.get(end), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(bytes.get(end + 1), Some(b'-' | b'+')));
            let power = bytes[end + 1 + sign..].iter().take_while(|byte| byte.is_ascii_digit()).count();
            if power > 0 {
                end += 1 + sign + power;
            }
        }
        let number = self.rest[..end].parse::<f64>().ok().filter(|number| number.is_finite());
        self.rest = &self.rest[end..];
        number
    }

    fn flag(&mut self) -> Option<()> {
        self.blanks();
        self.rest = self.rest.strip_prefix(['0', '1'])?;
        Some(())
    }
}

/// How far a path reaches, by its points and those that bend it.
pub(super) fn path(data: &str) -> Option<Reach> {
    let mut lexer = Lexer { rest: data };
    let (mut at, mut start) = ((0.0, 0.0), (0.0, 0.0));
    let mut reach: Option<Reach> = None;
    let mut command = None;
    let mut steps = 0;
    loop {
        lexer.blanks();
        steps += 1;
        let Some(c) = lexer.rest.chars().next().filter(|_| steps < 200_000) else { return reach };
        if c.is_ascii_alphabetic() {
            command = Some(c);
            lexer.skip();
            if matches!(c, 'z' | 'Z') {
                at = start;
                continue;
            }
        }
        let Some(letter) = command else { return reach };
        let from = if letter.is_ascii_lowercase() { at } else { (0.0, 0.0) };
        let mut points: Vec<(f64, f64)> = Vec::new();
        let pairs = match letter.to_ascii_uppercase() {
            'M' | 'L' | 'T' => 1,
            'S' | 'Q' => 2,
            'C' => 3,
            'H' => {
                let Some(x) = lexer.number() else { return reach };
                points.push((from.0 + x, at.1));
                0
            }
            'V' => {
                let Some(y) = lexer.number() else { return reach };
                points.push((at.0, from.1 + y));
                0
            }
            'A' => {
                let radii = (lexer.number(), lexer.number(), lexer.number(), lexer.flag(), lexer.flag());
                if radii.0.is_none() || radii.4.is_none() {
                    return reach;
                }
                1
            }
            _ => return reach,
        };
        for _ in 0..pairs {
            let (Some(x), Some(y)) = (lexer.number(), lexer.number()) else { return reach };
            points.push((from.0 + x, from.1 + y));
        }
        at = points.last().copied().unwrap_or(at);
        if letter.eq_ignore_ascii_case(&'m') {
            start = at;
            // Further pairs are lines.
            command = Some(if letter == 'm' { 'l' } else { 'L' });
        }
        let here = Reach::around(points);
        reach = match (reach, here) {
            (Some(a), Some(b)) => Some(a.joined(b)),
            (a, b) => a.or(b),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_reach_as_far_as_they_are_drawn() {
        for (data, from, to) in [
            ("M10 20h10v10h-10z", (10.0, 20.0), (20.0, 30.0)),
            ("m10,20 10,0 0,10 -10,0z", (10.0, 20.0), (20.0, 30.0)),
            ("M10-5.5.5.5L1e1 2", (0.5, -5.5), (10.0, 2.0)),
            ("M0 5a5 5 0 1010 0a5 5 0 10-10 0", (0.0, 5.0), (10.0, 5.0)),
            ("M0,0C0,10,10,10,10,0", (0.0, 0.0), (10.0, 10.0)),
        ] {
            assert_eq!(path(data), Some(Reach { from, to }), "{data}");
        }
        for broken in ["", "z", "10 10", "M", "M1", "Q1 2 3", "A1 1 0 2 0 1 1"] {
            assert_eq!(path(broken), None, "{broken}");
        }
    }

    #[test]
    fn transforms_follow_each_other() {
        let at = |text: &str| {
            let (x, y) = Matrix::read(text).point((1.0, 2.0));
            ((x * 1e6).round() / 1e6, (y * 1e6).round() / 1e6)
        };
        assert_eq!(at("translate(10,20)"), (11.0, 22.0));
        assert_eq!(at("translate(10) scale(2)"), (12.0, 4.0));
        assert_eq!(at("rotate(90)"), (-2.0, 1.0));
        assert_eq!(at("rotate(180 1 2), translate(1 1)"), (0.0, 1.0));
        assert_eq!(at("matrix(1 0 0 -1 5 5)"), (6.0, 3.0));
        assert_eq!(at("nonsense(1) translate(x)"), (1.0, 2.0));
    }
}
