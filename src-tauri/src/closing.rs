//! Closing the window. The page knows of a live hold and asks the clerk; a page that is dead is not waited for.

use std::time::Duration;

use tauri::{Manager, WebviewWindow, Window, WindowEvent};
use tokio::sync::watch;

/// How long a page may take to notice, as one does that is busy with a large map.
const PATIENCE: Duration = Duration::from_secs(3);

/// How often the window was asked to close, and up to which time the page has noticed.
#[derive(Clone)]
pub struct Closing {
    asked: watch::Sender<u32>,
    noticed: watch::Sender<u32>,
}

impl Default for Closing {
    fn default() -> Self {
        Self { asked: watch::Sender::new(0), noticed: watch::Sender::new(0) }
    }
}

impl Closing {
    /// For the page: waits until the window is asked to close once more than it has `seen`, which it thereby tells that it
    /// noticed. A page that has just been loaded has seen nothing, and learns the count at once.
    pub async fn asked(&self, seen: Option<u32>) -> u32 {
        let Some(seen) = seen else { return *self.asked.borrow() };
        self.noticed.send_replace(seen);
        // The sender is in `self`, so that there is something to wait for.
        self.asked.subscribe().wait_for(|asked| *asked > seen).await.map_or(seen, |asked| *asked)
    }

    /// Waits until the page has noticed the newest wish; false when it is dead.
    async fn is_noticed(&self) -> bool {
        let newest = self.asked.borrow().wrapping_add(1);
        self.asked.send_replace(newest);
        let mut noticed = self.noticed.subscribe();
        tokio::time::timeout(PATIENCE, noticed.wait_for(|noticed| *noticed >= newest)).await.is_ok()
    }
}

/// Passes the wish on to the page.
pub fn on_window_event(window: &Window, event: &WindowEvent) {
    let WindowEvent::CloseRequested { api, .. } = event else { return };
    api.prevent_close();
    let (window, closing) = (window.clone(), window.state::<Closing>().inner().clone());
    tauri::async_runtime::spawn(async move {
        if !closing.is_noticed().await {
            tracing::warn!("the page did not notice that its window is to be closed");
            destroy(window.destroy());
        }
    });
}

/// For the page: nothing is held any more.
pub fn close(window: &WebviewWindow) {
    destroy(window.destroy());
}

fn destroy(destroyed: tauri::Result<()>) {
    if let Err(error) = destroyed {
        tracing::warn!(%error, "the window could not be closed");
    }
}
