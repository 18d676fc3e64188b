//! A window that is never larger than its screen, and a page that shows all of itself in any window.

use tauri::{Manager, PhysicalPosition, PhysicalSize, WebviewWindow, Window, WindowEvent};

/// The page is laid out for this many of its pixels at least; a smaller window shows it smaller.
const LAID_OUT_FOR: (f64, f64) = (1024.0, 640.0);

/// Brings a window whose size is new, or remembered from another screen, onto the one it is on, and its page into it.
pub fn on_window_event(window: &Window, event: &WindowEvent) {
    if !matches!(event, WindowEvent::Resized(_) | WindowEvent::ScaleFactorChanged { .. }) {
        return;
    }
    let Some(page) = window.get_webview_window(window.label()) else { return };
    if let Err(error) = onto_screen(&page).and_then(|()| zoom(&page)) {
        tracing::warn!(%error, "the window could not be fitted onto its screen");
    }
}

fn onto_screen(window: &WebviewWindow) -> tauri::Result<()> {
    let known = window.current_monitor()?.or(window.primary_monitor()?);
    // A desktop need not call any of its screens the first one.
    let Some(monitor) = known.or(window.available_monitors()?.into_iter().next()) else { return Ok(()) };
    let area = monitor.work_area();
    let (size, place) = (window.outer_size()?, window.outer_position()?);
    let fits = PhysicalSize::new(size.width.min(area.size.width), size.height.min(area.size.height));
    if fits != size {
        window.set_size(fits)?;
    }
    let within = |at: i32, from: i32, room: u32, length: u32| at.clamp(from, from + (room - length) as i32);
    let on_screen = PhysicalPosition::new(
        within(place.x, area.position.x, area.size.width, fits.width),
        within(place.y, area.position.y, area.size.height, fits.height),
    );
    if on_screen != place {
        window.set_position(on_screen)?;
    }
    Ok(())
}

fn zoom(page: &WebviewWindow) -> tauri::Result<()> {
    let size = page.inner_size()?.to_logical::<f64>(page.scale_factor()?);
    page.set_zoom(1f64.min(size.width / LAID_OUT_FOR.0).min(size.height / LAID_OUT_FOR.1))
}
