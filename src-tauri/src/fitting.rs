//! A window that is never larger than its screen, and a page that shows all of itself in any window.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tauri::{Manager, PhysicalPosition, PhysicalSize, WebviewWindow, Window, WindowEvent};

/// The page is laid out for this many of its pixels at least; a smaller window shows it smaller.
const LAID_OUT_FOR: (f64, f64) = (1024.0, 640.0);

/// A window gets its size, its place and its frame one after the other, also those that are remembered. It is looked at once
/// nothing came for so long.
const SETTLED_AFTER: Duration = Duration::from_millis(120);

/// What is known of the window's size.
#[derive(Default)]
pub struct Fitting(Mutex<Known>);

#[derive(Default)]
struct Known {
    events: u64,
    /// With its frame, as it was brought onto the screen.
    fitted: Option<PhysicalSize<u32>>,
}

impl Fitting {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Brings a window whose size is new, or remembered from another screen, onto the one it is on, and its page into it. One
/// that is only moved is moved by its user, maybe to another screen.
pub fn on_window_event(window: &Window, event: &WindowEvent) {
    // The window library says so of every move too.
    if !matches!(event, WindowEvent::Resized(_) | WindowEvent::ScaleFactorChanged { .. }) {
        return;
    }
    let Some(page) = window.get_webview_window(window.label()) else { return };
    warn_of(zoom(&page));
    let event = {
        let fitting = window.state::<Fitting>();
        let mut known = fitting.known();
        known.events += 1;
        known.events
    };
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(SETTLED_AFTER).await;
        if page.state::<Fitting>().known().events == event {
            warn_of(onto_screen(&page));
        }
    });
}

fn warn_of(done: tauri::Result<()>) {
    if let Err(error) = done {
        tracing::warn!(%error, "the window could not be fitted onto its screen");
    }
}

fn onto_screen(window: &WebviewWindow) -> tauri::Result<()> {
    let (size, place) = (window.outer_size()?, window.outer_position()?);
    if window.state::<Fitting>().known().fitted.replace(size) == Some(size) {
        return Ok(());
    }
    let known = window.current_monitor()?.or(window.primary_monitor()?);
    // A desktop need not call any of its screens the first one.
    let Some(monitor) = known.or(window.available_monitors()?.into_iter().next()) else { return Ok(()) };
    let area = monitor.work_area();
    let fits = PhysicalSize::new(size.width.min(area.size.width), size.height.min(area.size.height));
    if fits != size {
        // What is set is the size inside of the frame.
        let inner = window.inner_size()?;
        let frame = (size.width.saturating_sub(inner.width), size.height.saturating_sub(inner.height));
        window.set_size(PhysicalSize::new(fits.width.saturating_sub(frame.0), fits.height.saturating_sub(frame.1)))?;
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
