//! A login's password as the server keeps it: made here, so that the password itself is in no statement, and in no log.

use std::num::NonZeroU32;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::{digest, hmac, pbkdf2, rand};

use crate::{Error, Result};

/// As many as PostgreSQL's own.
const ROUNDS: NonZeroU32 = NonZeroU32::new(4096).expect("more than none");

/// Random bytes.
pub(crate) fn random<const N: usize>() -> Result<[u8; N]> {
    let bytes = rand::generate(&rand::SystemRandom::new()).map_err(|_| Error::Internal)?;
    Ok(bytes.expose())
}

/// A password that nobody has to type: 192 random bits, as letters that every server takes as they are.
///
/// # Errors
/// [`Error::Internal`] without randomness.
pub fn random_password() -> Result<String> {
    Ok(random::<24>()?.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// The verifier of RFC 5803, of a password in ASCII, which no preparation of strings changes.
pub(crate) fn verifier(password: &str) -> Result<String> {
    Ok(verifier_with(password, &random()?))
}

fn verifier_with(password: &str, salt: &[u8; 16]) -> String {
    let mut salted = [0; digest::SHA256_OUTPUT_LEN];
    pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, ROUNDS, salt, password.as_bytes(), &mut salted);
    let key = hmac::Key::new(hmac::HMAC_SHA256, &salted);
    let (client, server) = (hmac::sign(&key, b"Client Key"), hmac::sign(&key, b"Server Key"));
    let stored = digest::digest(&digest::SHA256, client.as_ref());
    let (salt, stored, server) = (STANDARD.encode(salt), STANDARD.encode(stored), STANDARD.encode(server));
    format!("SCRAM-SHA-256${ROUNDS}:{salt}${stored}:{server}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The exchange of RFC 7677, as far as a verifier goes: its password, salt and iterations, and the signature of the server
    /// that only the right key makes.
    #[test]
    fn the_verifier_is_that_of_the_example_of_the_standard() {
        let salt: [u8; 16] = STANDARD.decode("W22ZaJ0SNY7soEsUEjb6gQ==").unwrap().try_into().unwrap();
        let verifier = verifier_with("pencil", &salt);
        assert!(verifier.starts_with("SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$"), "{verifier}");
        let server_key = STANDARD.decode(verifier.rsplit(':').next().unwrap()).unwrap();
        let said = "n=user,r=rOprNGfwEbeRWgbNEkqO,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,\
            s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
        let signature = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &server_key), said.as_bytes());
        assert_eq!(STANDARD.encode(signature), "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
    }
}
