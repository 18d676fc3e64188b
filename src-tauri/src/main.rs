//! The counter's desktop program.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

fn main() {
    prefer_software_drawing();
    maepyo_lib::run();
}

/// Ticket-counter PCs often have no GPU. WebKitGTK composites in software then, which doubles the cost of a frame; told
/// before it starts, it draws straight.
fn prefer_software_drawing() {
    let has_gpu = std::fs::read_dir("/dev/dri")
        .is_ok_and(|nodes| nodes.flatten().any(|node| node.file_name().to_string_lossy().starts_with("renderD")));
    if !has_gpu && std::env::var_os("WEBKIT_DISABLE_COMPOSITING_MODE").is_none() {
        #[expect(unsafe_code, reason = "the program has one thread yet, so nobody reads the environment meanwhile")]
        unsafe {
            std::env::set_var("WEBKIT_DISABLE_COMPOSITING_MODE", "1");
        }
    }
}
