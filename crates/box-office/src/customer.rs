//! What a customer says: a name, a mobile number, a password. Checked here again, whatever the window sent.

use std::sync::Arc;

use argon2::password_hash::{PasswordHasher, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization;

use crate::{Error, Result};

const NAME_LONGEST: usize = 80;
/// Characters of the shortest password taken.
pub const PASSWORD_SHORTEST: usize = 4;
/// Characters of the longest password taken.
pub const PASSWORD_LONGEST: usize = 64;

/// A name as it is stored: NFC, trimmed, inner white space single.
///
/// # Errors
/// [`Error::InvalidName`] when blank, over 80 characters, or with control or direction-changing characters.
pub fn customer_name(typed: &str) -> Result<String> {
    // Far more than any name takes: normalising is not free.
    if typed.len() > 4096 || typed.chars().any(is_hidden) {
        return Err(Error::InvalidName);
    }
    let name = typed.nfc().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() || name.chars().count() > NAME_LONGEST {
        return Err(Error::InvalidName);
    }
    Ok(name)
}

/// A Korean mobile number as it is stored: digits only, national form.
///
/// # Errors
/// [`Error::InvalidPhone`] for anything else: short numbers, land lines, extensions, letters.
pub fn korean_mobile(typed: &str) -> Result<String> {
    if typed.len() > 256 {
        return Err(Error::InvalidPhone);
    }
    let folded = typed.nfkc().collect::<String>();
    if !folded.chars().all(|c| c.is_ascii_digit() || " -.()+\u{2010}\u{2011}\u{2013}".contains(c)) {
        return Err(Error::InvalidPhone);
    }
    let digits: String = folded.chars().filter(char::is_ascii_digit).collect();
    let national = match digits.strip_prefix("0082").or_else(|| digits.strip_prefix("82")) {
        Some(rest) => format!("0{}", rest.strip_prefix('0').unwrap_or(rest)),
        None => digits,
    };
    let mobile = match national.get(..3) {
        Some("010") => national.len() == 11,
        Some("011" | "016" | "017" | "018" | "019") => matches!(national.len(), 10 | 11),
        _ => false,
    };
    mobile.then_some(national).ok_or(Error::InvalidPhone)
}

/// A password as it is hashed: NFC, otherwise as typed.
///
/// # Errors
/// [`Error::InvalidPassword`] outside 4 to 64 characters, or with control characters.
pub fn password(typed: &str) -> Result<String> {
    let refused = Error::InvalidPassword { shortest: PASSWORD_SHORTEST as i32, longest: PASSWORD_LONGEST as i32 };
    if typed.len() > 4096 || typed.chars().any(char::is_control) {
        return Err(refused);
    }
    let normal: String = typed.nfc().collect();
    let length = normal.chars().count();
    (PASSWORD_SHORTEST..=PASSWORD_LONGEST).contains(&length).then_some(normal).ok_or(refused)
}

/// Control characters, and those that turn the reading direction around in a list of names.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Hashes passwords off the async threads, so many at a time.
#[derive(Clone)]
pub(crate) struct Hashing {
    places: Arc<Semaphore>,
    /// KiB of memory and passes.
    cost: (u32, u32),
}

/// OWASP's minimum, with one lane.
const COST: (u32, u32) = (19_456, 2);

impl Hashing {
    pub fn new() -> Self {
        Self { places: Arc::new(Semaphore::new(2)), cost: COST }
    }

    /// As cheap as argon2id can be: worth nothing against guessing.
    pub fn cheap() -> Self {
        Self { cost: (8, 1), ..Self::new() }
    }

    /// The argon2id PHC string.
    pub async fn phc_string(&self, password: String, salt: Vec<u8>) -> Result<String> {
        let _place = self.places.acquire().await;
        let cost = self.cost;
        tokio::task::spawn_blocking(move || phc_string_at(cost, &password, &salt))
            .await
            .map_err(|_| Error::Database { sqlstate: None })?
    }
}

pub(crate) fn phc_string(password: &str, salt: &[u8]) -> Result<String> {
    phc_string_at(COST, password, salt)
}

fn phc_string_at((memory, passes): (u32, u32), password: &str, salt: &[u8]) -> Result<String> {
    let failed = || Error::Database { sqlstate: None };
    let params = Params::new(memory, passes, 1, None).map_err(|_| failed())?;
    let salt = SaltString::encode_b64(salt).map_err(|_| failed())?;
    let hash = Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password(password.as_bytes(), &salt)
        .map_err(|_| failed())?;
    Ok(hash.to_string())
}
