//! As much of PostgreSQL's wire protocol, version 3, as it takes to know where in a transaction a message stands.

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

/// What ReadyForQuery says of the transaction: I for none, T for one, E for a failed one.
pub fn transaction_status(frame: &Frame) -> Option<u8> {
    if frame.kind == b'Z' { frame.bytes.get(5).copied() } else { None }
}

/// The text of a simple query.
fn simple_query(frame: &Frame) -> Option<String> {
    let text = frame.bytes.get(5..).filter(|_| frame.kind == b'Q')?;
    Some(String::from_utf8_lossy(text).to_ascii_lowercase())
}

/// Whether it begins a transaction.
pub fn is_begin(frame: &Frame) -> bool {
    simple_query(frame).is_some_and(|text| text.trim_start().starts_with("begin"))
}

/// Whether the server commits writes when it gets this: a COMMIT, or prepared statements executed all in one message,
/// which are a transaction of their own.
pub fn is_commit(frame: &Frame, status: u8) -> bool {
    simple_query(frame).is_some_and(|text| {
        text.trim_start().starts_with("commit")
            || text.contains("; commit")
            || (status == b'I' && text.contains("execute "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(text: &str) -> Vec<u8> {
        let mut bytes = vec![b'Q'];
        bytes.extend((text.len() as u32 + 5).to_be_bytes());
        bytes.extend(text.as_bytes());
        bytes.push(0);
        bytes
    }

    #[test]
    fn messages_are_taken_one_by_one_and_only_when_whole() {
        let mut read = query("BEGIN");
        read.extend(query("COMMIT"));
        let last = read.pop().unwrap();
        let first = take_frame(&mut read).unwrap();
        assert!(is_begin(&first) && !is_commit(&first, b'I'));
        assert_eq!(take_frame(&mut read), None);
        read.push(last);
        assert!(is_commit(&take_frame(&mut read).unwrap(), b'T'));
        assert!(read.is_empty());
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
