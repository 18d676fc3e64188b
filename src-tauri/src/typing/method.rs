//! Which input method GTK types with: the one whose daemon answers.
//!
//! GTK goes by its environment, then by the language. On a fresh Korean desktop that is XIM, where the syllables of IBus and
//! Fcitx arrive in another order than they were typed in.

use gtk::prelude::*;
use gtk::{gdk, gio, glib};

/// The names on the session bus, and what the modules of GTK that speak with them are called.
const DAEMONS: [(&str, &str); 2] = [("org.freedesktop.IBus", "ibus"), ("org.fcitx.Fcitx5", "fcitx5")];

/// Where the modules of GTK are, on Debian and on Fedora and their kin.
const FOLDERS: [&str; 4] = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib"];

/// GTK's input method.
pub struct Method {
    pub context: gtk::IMMulticontext,
}

impl Default for Method {
    fn default() -> Self {
        let context = gtk::IMMulticontext::new();
        if is_left_to_us() {
            for (name, module) in DAEMONS.into_iter().filter(|(_, module)| is_installed(module)) {
                let context: glib::SendWeakRef<gtk::IMMulticontext> = context.downgrade().into();
                // Also one that starts after this program, as at the start of a session.
                gio::bus_watch_name(
                    gio::BusType::Session,
                    name,
                    gio::BusNameWatcherFlags::NONE,
                    move |_, _, _| context.upgrade().iter().for_each(|context| context.set_context_id(module)),
                    |_, _| {},
                );
            }
        }
        Self { context }
    }
}

impl Method {
    /// Whether each key comes back that it has no use for, with a mark. XIM's come as if they were typed again.
    pub fn gives_back(&self) -> bool {
        matches!(self.context.context_id().as_deref(), Some("ibus" | "fcitx" | "fcitx5"))
    }
}

/// Whether nobody has chosen one, on a desktop where GTK's own choice is by language.
fn is_left_to_us() -> bool {
    let chosen = std::env::var_os("GTK_IM_MODULE").is_some_and(|chosen| !chosen.is_empty())
        || gtk::Settings::default()
            .and_then(|settings| settings.gtk_im_module())
            .is_some_and(|chosen| !chosen.is_empty());
    !chosen && gdk::Display::default().is_some_and(|display| display.type_().name() == "GdkX11Display")
}

fn is_installed(module: &str) -> bool {
    FOLDERS
        .iter()
        .any(|folder| std::path::Path::new(folder).join(format!("gtk-3.0/3.0.0/immodules/im-{module}.so")).exists())
}
