//! As much of PostgreSQL's wire protocol, version 3, as it takes to know where in a call of a verb a message stands.

/// The code of a request for TLS, which stands where a version would.
pub const SSL_REQUEST: [u8; 4] = [0x04, 0xd2, 0x16, 0x2f];

/// One whole message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// Its first byte.
    pub kind: u8,
    /// All of it.
    pub bytes: Vec<u8>,
}

/// The first message of a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Startup {
    /// The login.
    pub user: String,
    /// All of it.
    pub bytes: Vec<u8>,
}

/// Takes a whole message off the front of what was read.
pub fn take_frame(read: &mut Vec<u8>) -> Option<Frame> {
    let length = length(read.get(1..5)?)? + 1;
    let kind = *read.first()?;
    (read.len() >= length).then(|| Frame { kind, bytes: read.drain(..length).collect() })
}

/// Takes the first message, which has no kind, off the front of what was read.
pub fn startup(read: &mut Vec<u8>) -> Option<Startup> {
    let length = length(read.get(..4)?)?;
    if read.len() < length {
        return None;
    }
    let bytes: Vec<u8> = read.drain(..length).collect();
    let mut words = bytes.get(8..)?.split(|byte| *byte == 0);
    let mut user = String::new();
    while let (Some(name @ [_, ..]), Some(value)) = (words.next(), words.next()) {
        if name == b"user" {
            user = String::from_utf8_lossy(value).into_owned();
        }
    }
    Some(Startup { user, bytes })
}

fn length(bytes: &[u8]) -> Option<usize> {
    Some(u32::from_be_bytes(bytes.try_into().ok()?) as usize)
}

/// Whether the server says that it is ready for the next query.
pub fn is_ready(frame: &Frame) -> bool {
    frame.kind == b'Z'
}

/// Whether it prepares a call of a verb that a counter asks after, or the sweep's: the name of the statement.
pub fn prepares_verb(frame: &Frame) -> Option<String> {
    const VERBS: [&str; 5] =
        ["counter.hold_seats(", "counter.release_hold(", "counter.confirm(", "counter.cancel(", "manager.sweep("];
    let mut texts = texts(frame, b'P')?;
    let (name, sql) = (texts.next()?, texts.next()?);
    VERBS.iter().any(|verb| sql.contains(verb)).then_some(name)
}

/// The prepared statement that it binds.
pub fn binds(frame: &Frame) -> Option<String> {
    // The portal comes first.
    texts(frame, b'B')?.nth(1)
}

/// Whether it ends a call: now the server commits.
pub fn is_sync(frame: &Frame) -> bool {
    frame.kind == b'S'
}

fn texts(frame: &Frame, kind: u8) -> Option<impl Iterator<Item = String>> {
    let rest = frame.bytes.get(5..).filter(|_| frame.kind == kind)?;
    Some(rest.split(|byte| *byte == 0).map(|text| String::from_utf8_lossy(text).into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(kind: u8, texts: &[&str]) -> Vec<u8> {
        let rest: Vec<u8> = texts.iter().flat_map(|text| text.bytes().chain([0])).collect();
        [&[kind], &(rest.len() as u32 + 4).to_be_bytes()[..], &rest].concat()
    }

    #[test]
    fn messages_are_taken_one_by_one_and_only_when_whole() {
        let mut read = message(b'P', &["s1", "select held from counter.hold_seats($1)"]);
        read.extend(message(b'B', &["", "s1"]));
        read.extend(message(b'S', &[]));
        let last = read.pop().unwrap();
        let prepare = take_frame(&mut read).unwrap();
        assert_eq!((prepares_verb(&prepare).as_deref(), binds(&prepare)), (Some("s1"), None));
        assert_eq!(binds(&take_frame(&mut read).unwrap()).as_deref(), Some("s1"));
        assert_eq!(take_frame(&mut read), None);
        read.push(last);
        assert!(is_sync(&take_frame(&mut read).unwrap()));
        assert!(read.is_empty());
    }

    #[test]
    fn a_read_is_no_call_of_a_verb() {
        let mut read = message(b'P', &["s2", "select title from concerts"]);
        assert_eq!(prepares_verb(&take_frame(&mut read).unwrap()), None);
    }

    #[test]
    fn the_login_is_read_from_the_first_message() {
        let mut read = vec![0, 0, 0, 0, 0, 3, 0, 0];
        read.extend(b"database\0d\0user\0counter_7\0\0");
        let length = read.len() as u32;
        read[..4].copy_from_slice(&length.to_be_bytes());
        assert_eq!(startup(&mut read).unwrap().user, "counter_7");
    }
}
