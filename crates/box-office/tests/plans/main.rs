//! Seating plans that managers make. Nothing here needs a server.

mod any;
