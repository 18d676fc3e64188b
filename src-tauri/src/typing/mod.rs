//! Typing with an input method, as Korean is typed: the syllable that is being composed shows in its field, and is kept
//! whatever ends it.
//!
//! WebKit's own way loses text at a click. It shows a composition by key events, which wait for one another, while a click
//! overtakes them; at the click it drops what still waits; and some input methods give a text once more that WebKit has
//! already put into the field. So the web view gets an input method context of ours around GTK's. It knows what is being
//! composed, takes nothing twice, and holds a click back until the page has everything that was typed before it. A key that
//! isn't typed into a field waits until the page has done with the one before, since that may open the field it is meant for.

mod context;
mod method;

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::time::{Duration, Instant};

use gtk::gdk::keys::constants as keys;
use gtk::glib::subclass::prelude::*;
use gtk::glib::translate::{ToGlibPtr, from_glib};
use gtk::glib::{self, ControlFlow, Propagation, WeakRef};
use gtk::prelude::*;
use gtk::{gdk, gio};
use webkit2gtk::{WebView, WebViewExt};

use method::Method;

/// Input methods answer a key within milliseconds. One that doesn't isn't waited for longer, as for the key that switches to
/// another, of which some say nothing.
const ANSWER: Duration = Duration::from_secs(1);

/// How long a click waits at most for a page that is busy.
const PATIENCE: Duration = Duration::from_secs(2);

/// More than are between a key and its being given back by WebKit.
const LAST_KEYS: usize = 32;

/// Of the page: whether it has a screen that is still loading, which the keys are meant for.
const LOADING: &str = "globalThis.maepyoLoading === true";

/// In the state of a key event that IBus or Fcitx gives back since it has no use for it.
const GIVEN_BACK: u32 = 1 << 25;

/// Before there is a window: keys come to the window, and the input method is shown them from there. The modules of IBus
/// and Fcitx would otherwise take them on their way, and nobody could know that an answer is still to come.
pub fn prepare() {
    #[expect(unsafe_code, reason = "the program has one thread yet, so nobody reads the environment meanwhile")]
    unsafe {
        std::env::set_var("IBUS_DISABLE_SNOOPER", "1");
        std::env::set_var("FCITX_DISABLE_SNOOPER", "1");
    }
}

/// Types into this web view.
pub fn take_over(view: &WebView) {
    let context: Context = glib::Object::new();
    context.imp().view.set(Some(view));
    view.set_input_method_context(Some(&context));
    let of_events = context.clone();
    view.connect_event(move |_, event| of_events.imp().on_event(event));
    let of_events = context.clone();
    view.connect_event_after(move |_, _| {
        // Asked any sooner, the page would answer before it has the key.
        if of_events.imp().goes_to_page.take() {
            of_events.imp().sent();
        }
    });
    view.connect_focus_out_event(move |_, _| {
        context.imp().finish();
        Propagation::Proceed
    });
}

glib::wrapper! {
    /// The input method context of the web view.
    pub struct Context(ObjectSubclass<Typing>) @extends webkit2gtk::InputMethodContext;
}

/// Signals, and the text of those that have one.
type Said = Vec<(&'static str, Option<String>)>;

/// A key of the keyboard, pressed or let go.
#[derive(Clone, Copy, PartialEq)]
struct Key {
    code: Option<u16>,
    let_go: bool,
}

impl Key {
    fn of(event: &gdk::Event) -> Self {
        Self { code: event.keycode(), let_go: event.event_type() == gdk::EventType::KeyRelease }
    }
}

/// A driver's keys have no time. It waits for the page itself.
fn is_drivers(key: &gdk::Event) -> bool {
    key.time() == gdk::ffi::GDK_CURRENT_TIME as u32
}

fn is_escape_or_f(key: &gdk::Event) -> bool {
    key.keyval().is_some_and(|key| key == *keys::Escape || (*keys::F1..=*keys::F12).contains(&key))
}

/// Whether a key may lead out of the field that it is pressed in.
fn may_lead_away(key: &gdk::Event) -> bool {
    const OTHERS: [gdk::keys::Key; 4] = [keys::Return, keys::KP_Enter, keys::Tab, keys::ISO_Left_Tab];
    let with_control = key.state().is_some_and(|state| state.contains(gdk::ModifierType::CONTROL_MASK));
    with_control || is_escape_or_f(key) || key.keyval().is_some_and(|key| OTHERS.iter().any(|other| key == **other))
}

/// What is known of the typing in a web view.
#[derive(Default)]
pub struct Typing {
    method: Method,
    view: WeakRef<WebView>,
    window: RefCell<Option<gdk::Window>>,
    /// What shows in the field as being composed, and where its caret is.
    composed: RefCell<String>,
    caret: Cell<u32>,
    /// What the field has as its own already, though the input method may yet give it.
    kept: RefCell<Option<String>>,
    around: RefCell<(String, u32)>,
    /// The key that the input method was shown last and has not done with, and since when.
    asked: Cell<Option<(Key, Instant)>>,
    /// What the input method says while it is shown a key, until WebKit is shown it.
    said: RefCell<Option<Said>>,
    taken: RefCell<Option<(bool, Said)>>,
    /// Whether there is a field to type into.
    typed_into: Cell<bool>,
    /// So many events of the keyboard are with the page at most.
    unheard: Cell<u32>,
    asking: Cell<bool>,
    loading: Cell<bool>,
    /// Whether the last key may have led out of the field that it was typed into.
    led_away: Cell<bool>,
    /// Whether the event that is being handled is a key that goes to the page.
    goes_to_page: Cell<bool>,
    /// The last keys that went to the page, and when they were pressed.
    passed: RefCell<VecDeque<(Key, u32)>>,
    held: RefCell<VecDeque<gdk::Event>>,
    held_since: Cell<Option<Instant>>,
    passing: Cell<bool>,
}

#[glib::object_subclass]
impl ObjectSubclass for Typing {
    const NAME: &'static str = "MaepyoTyping";
    type Type = Context;
    type ParentType = webkit2gtk::InputMethodContext;
}

impl ObjectImpl for Typing {
    fn constructed(&self) {
        self.parent_constructed();
        let this = self.downgrade();
        self.method.context.connect_preedit_changed(move |_| this.upgrade().iter().for_each(|this| this.changed()));
        let this = self.downgrade();
        self.method.context.connect_commit(move |_, text| this.upgrade().iter().for_each(|this| this.given(text)));
        let this = self.downgrade();
        self.method.context.connect_delete_surrounding(move |_, offset, count| {
            this.upgrade().iter().for_each(|this| {
                this.obj().emit_by_name::<()>("delete-surrounding", &[&offset, &(count.unsigned_abs())]);
            });
            true
        });
        let this = self.downgrade();
        self.method.context.connect_retrieve_surrounding(move |method| {
            this.upgrade().is_some_and(|this| {
                let (text, caret) = &*this.around.borrow();
                method.set_surrounding(text, *caret as i32);
                true
            })
        });
        self.obj().connect_notify_local(Some("input-purpose"), |context, _| {
            use webkit2gtk::InputMethodContextExt;
            use webkit2gtk::InputPurpose as Web;
            context.imp().method.context.set_input_purpose(match context.input_purpose() {
                Web::Digits => gtk::InputPurpose::Digits,
                Web::Number => gtk::InputPurpose::Number,
                Web::Phone => gtk::InputPurpose::Phone,
                Web::Url => gtk::InputPurpose::Url,
                Web::Email => gtk::InputPurpose::Email,
                Web::Password => gtk::InputPurpose::Password,
                _ => gtk::InputPurpose::FreeForm,
            });
        });
    }
}

impl Typing {
    /// The input method shows something else.
    fn changed(&self) {
        self.answered(None);
        let (text, _, caret) = self.method.context.preedit_string();
        if text.is_empty() && self.composed.borrow().is_empty() {
            return;
        }
        let before = self.composed.replace(text.to_string());
        self.caret.set(caret.unsigned_abs());
        if text.is_empty() {
            self.tell("preedit-finished", None);
            return;
        }
        self.kept.take();
        if before.is_empty() {
            self.tell("preedit-started", None);
        }
        self.tell("preedit-changed", None);
    }

    /// The input method gives a text for good.
    fn given(&self, text: &str) {
        self.answered(None);
        let kept = self.kept.take();
        if kept.as_deref() == Some(text) {
            return;
        }
        self.composed.take();
        self.tell("committed", Some(text));
        // By XIM, the next syllable is told of before the last one is given.
        if !self.method.gives_back() {
            self.changed();
        }
    }

    /// What is being composed is done with: it stays in its field, and the input method forgets it.
    fn finish(&self) {
        let text = self.composed.take();
        if !text.is_empty() {
            self.kept.replace(Some(text.clone()));
            self.tell("committed", Some(&text));
            self.method.context.reset();
        }
    }

    /// WebKit has kept the text by itself.
    fn reset(&self) {
        let text = self.composed.take();
        if !text.is_empty() {
            self.kept.replace(Some(text));
        }
        self.method.context.reset();
    }

    fn tell(&self, signal: &'static str, text: Option<&str>) {
        if let Some(said) = &mut *self.said.borrow_mut() {
            return said.push((signal, text.map(str::to_owned)));
        }
        match text {
            Some(text) => self.obj().emit_by_name::<()>(signal, &[&text]),
            None => self.obj().emit_by_name::<()>(signal, &[]),
        }
        self.sent();
    }

    /// Shows a key to the input method before WebKit sees it. Input methods answer later and give back what they have no
    /// use for; WebKit would take a key that comes twice for one that is held down. Whether it is the input method's.
    fn take_key(&self, event: &gdk::Event) -> bool {
        self.said.replace(Some(Vec::new()));
        let method: &gtk::IMContext = self.method.context.upcast_ref();
        #[expect(unsafe_code, reason = "a key event of GDK, which its own type would copy: input methods mark it")]
        let taken: bool = unsafe {
            let event: *mut gdk::ffi::GdkEvent = event.to_glib_none().0;
            from_glib(gtk::ffi::gtk_im_context_filter_keypress(method.to_glib_none().0, event.cast()))
        };
        let said = self.said.take().unwrap_or_default();
        let answered = !taken || !said.is_empty();
        self.asked.set((!answered).then(|| (Key::of(event), Instant::now())));
        self.taken.replace(answered.then_some((taken, said)));
        taken && !answered
    }

    /// WebKit shows a key, which the input method has seen, and is to hear what it said.
    fn key(&self, event: *mut gdk::ffi::GdkEventKey) -> bool {
        let (taken, said) = self.taken.take().unwrap_or_else(|| {
            let method: &gtk::IMContext = self.method.context.upcast_ref();
            #[expect(unsafe_code, reason = "WebKit passes a key event")]
            let taken = unsafe { gtk::ffi::gtk_im_context_filter_keypress(method.to_glib_none().0, event) };
            (taken != 0, Vec::new())
        });
        for (signal, text) in said {
            self.tell(signal, text.as_deref());
        }
        taken
    }

    /// An event went to the page, which takes one after the other.
    fn sent(&self) {
        self.unheard.set(self.unheard.get() + 1);
        self.ask();
    }

    /// Asks the page something that it answers once it has taken the event before it.
    fn ask(&self) {
        let Some(view) = self.view.upgrade() else { return };
        if self.unheard.get() == 0 || self.asking.replace(true) {
            return;
        }
        let this = self.downgrade();
        view.evaluate_javascript(LOADING, None, None, gio::Cancellable::NONE, move |answer| {
            let Some(this) = this.upgrade() else { return };
            this.asking.set(false);
            this.loading.set(answer.is_ok_and(|loading| loading.to_string() == "true"));
            this.unheard.set(this.unheard.get().saturating_sub(1));
            this.ask();
            this.go_on();
        });
    }

    /// Whether the input method may yet say something of the key before.
    fn is_asked(&self) -> bool {
        self.asked.get().is_some_and(|(_, since)| since.elapsed() < ANSWER)
    }

    /// The input method has said something of the key, and may say more in the same breath. Of one that is let go it says
    /// nothing and gives it back, after all that it has to say of those before.
    fn answered(&self, given_back: Option<Key>) {
        let (this, asked) = (self.downgrade(), self.asked.get());
        let Some((key, _)) = asked else { return };
        if given_back.map_or(key.let_go, |given_back| given_back != key) {
            return;
        }
        glib::idle_add_local_once(move || {
            let Some(this) = this.upgrade() else { return };
            if this.asked.get() == asked {
                this.asked.set(None);
            }
            this.go_on();
        });
    }

    /// Whether everything that was typed is in its field.
    fn is_settled(&self) -> bool {
        if self.is_asked() {
            return false;
        }
        self.finish();
        self.unheard.get() == 0
    }

    /// Whether an event may be handled: a key once the input method has done with the one before it, so that what it gives
    /// back isn't overtaken, and the page, where there is no field that all of them go to; a click once the page has all
    /// that was typed.
    fn may_pass(&self, event: &gdk::Event) -> bool {
        match event.event_type() {
            gdk::EventType::KeyPress => {
                let in_field = self.typed_into.get() && !(self.led_away.get() && self.unheard.get() > 0);
                !self.is_asked() && (in_field || self.page_may_take(event))
            }
            gdk::EventType::ButtonPress | gdk::EventType::TouchBegin => self.is_settled(),
            _ => true,
        }
    }

    fn page_may_take(&self, key: &gdk::Event) -> bool {
        if is_drivers(key) {
            return true;
        }
        self.unheard.get() == 0 && (is_escape_or_f(key) || !self.loading.get())
    }

    /// Holds an event back until it may be handled, and what comes after it.
    fn on_event(&self, event: &gdk::Event) -> Propagation {
        use gdk::EventType::{
            ButtonPress, ButtonRelease, DoubleButtonPress, KeyPress, KeyRelease, MotionNotify, TouchBegin, TouchCancel,
            TouchEnd, TouchUpdate, TripleButtonPress,
        };
        let kind = event.event_type();
        let is_key = matches!(kind, KeyPress | KeyRelease);
        // What was said of a key before, should WebKit not have asked.
        if is_key {
            self.taken.take();
        }
        let pointer = [ButtonPress, ButtonRelease, DoubleButtonPress, TripleButtonPress, MotionNotify];
        if is_key && event.state().is_some_and(|state| state.bits() & GIVEN_BACK != 0) {
            self.answered(Some(Key::of(event)));
            self.goes_to_page.set(true);
            return Propagation::Proceed;
        }
        if !is_key && !pointer.contains(&kind) && ![TouchBegin, TouchUpdate, TouchEnd, TouchCancel].contains(&kind) {
            return Propagation::Proceed;
        }
        // WebKit gives back a key that the page had no use for, for the window's own.
        if is_key && !self.passing.get() && self.passed.borrow().contains(&(Key::of(event), event.time())) {
            return Propagation::Proceed;
        }
        if self.passing.get() || self.held.borrow().is_empty() && self.may_pass(event) {
            if is_key && !is_drivers(event) {
                if kind == KeyPress {
                    self.led_away.set(may_lead_away(event));
                }
                let mut passed = self.passed.borrow_mut();
                passed.truncate(LAST_KEYS - 1);
                passed.push_front((Key::of(event), event.time()));
            }
            let taken = is_key && self.typed_into.get() && self.method.gives_back() && self.take_key(event);
            self.goes_to_page.set(is_key && !taken);
            return if taken { Propagation::Stop } else { Propagation::Proceed };
        }
        // The page counts clicks itself.
        if matches!(kind, DoubleButtonPress | TripleButtonPress) {
            return Propagation::Stop;
        }
        if self.held.borrow().is_empty() {
            self.held_since.set(Some(Instant::now()));
            let this = self.downgrade();
            glib::timeout_add_local(Duration::from_millis(20), move || {
                let Some(this) = this.upgrade() else { return ControlFlow::Break };
                if this.loading.get() && this.unheard.get() == 0 {
                    this.sent();
                }
                this.go_on();
                if this.held.borrow().is_empty() { ControlFlow::Break } else { ControlFlow::Continue }
            });
        }
        self.held.borrow_mut().push_back(event.clone());
        Propagation::Stop
    }

    /// Lets go what is held back as far as it may.
    fn go_on(&self) {
        while !self.passing.get() {
            let Some(mut next) = self.held.borrow().front().cloned() else { return };
            let waited = self.held_since.get().is_none_or(|since| since.elapsed() > PATIENCE);
            if !waited && !self.may_pass(&next) {
                return;
            }
            self.passing.set(true);
            gtk::main_do_event(&mut next);
            self.passing.set(false);
            self.held.borrow_mut().pop_front();
            self.held_since.set(Some(Instant::now()));
        }
    }

    /// Where the web view is in its window, which is the input method's: one that gets the view's own window makes an X
    /// window of it, and the page is painted no more.
    fn place(&self) -> Option<(gdk::Window, i32, i32)> {
        let view = self.view.upgrade()?;
        let top = view.toplevel()?;
        let (x, y) = view.translate_coordinates(&top, 0, 0)?;
        Some((top.window()?, x, y))
    }
}
