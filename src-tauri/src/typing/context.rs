//! How WebKit calls the context of its input method: a class of GObject that has no safe way to be derived from.

use std::ffi::{c_char, c_int, c_uint};

use gtk::glib::subclass::prelude::*;
use gtk::glib::translate::{IntoGlib, ToGlibPtr};
use gtk::prelude::*;
use gtk::{gdk, glib};

use super::Typing;

type Instance = webkit2gtk::ffi::WebKitInputMethodContext;

#[expect(unsafe_code, reason = "WebKit's class of input method contexts has no safe way to be derived from")]
unsafe impl IsSubclassable<Typing> for webkit2gtk::InputMethodContext {
    fn class_init(class: &mut glib::Class<Self>) {
        Self::parent_class_init::<Typing>(class);
        let class = class.as_mut();
        class.get_preedit = Some(get_preedit);
        class.filter_key_event = Some(filter_key_event);
        class.notify_focus_in = Some(notify_focus_in);
        class.notify_focus_out = Some(notify_focus_out);
        class.notify_cursor_area = Some(notify_cursor_area);
        class.notify_surrounding = Some(notify_surrounding);
        class.reset = Some(reset);
    }
}

#[expect(unsafe_code, reason = "an object of this class is what WebKit calls these with")]
unsafe fn typing<'a>(context: *mut Instance) -> &'a Typing {
    unsafe { (*context.cast::<<Typing as ObjectSubclass>::Instance>()).imp() }
}

#[expect(unsafe_code, reason = "WebKit passes places for the answer, or none")]
unsafe extern "C" fn get_preedit(
    context: *mut Instance,
    text: *mut *mut c_char,
    underlines: *mut *mut glib::ffi::GList,
    caret: *mut c_uint,
) {
    unsafe {
        let typing = typing(context);
        if !text.is_null() {
            *text = typing.composed.borrow().to_glib_full();
        }
        // None: WebKit underlines the whole.
        if !underlines.is_null() {
            *underlines = std::ptr::null_mut();
        }
        if !caret.is_null() {
            *caret = typing.caret.get();
        }
    }
}

#[expect(unsafe_code, reason = "called by WebKit")]
unsafe extern "C" fn filter_key_event(
    context: *mut Instance,
    event: *mut gdk::ffi::GdkEventKey,
) -> glib::ffi::gboolean {
    unsafe { typing(context) }.key(event).into_glib()
}

#[expect(unsafe_code, reason = "called by WebKit")]
unsafe extern "C" fn notify_focus_in(context: *mut Instance) {
    let typing = unsafe { typing(context) };
    let window = typing.place().map(|(window, _, _)| window);
    if *typing.window.borrow() != window {
        typing.method.context.set_client_window(window.as_ref());
        typing.window.replace(window);
    }
    typing.typed_into.set(true);
    typing.method.context.focus_in();
}

#[expect(unsafe_code, reason = "called by WebKit")]
unsafe extern "C" fn notify_focus_out(context: *mut Instance) {
    let typing = unsafe { typing(context) };
    typing.typed_into.set(false);
    typing.method.context.focus_out();
}

#[expect(unsafe_code, reason = "called by WebKit")]
unsafe extern "C" fn notify_cursor_area(context: *mut Instance, x: c_int, y: c_int, width: c_int, height: c_int) {
    let typing = unsafe { typing(context) };
    let (left, top) = typing.place().map_or((0, 0), |(_, x, y)| (x, y));
    typing.method.context.set_cursor_location(&gdk::Rectangle::new(left + x, top + y, width, height));
}

#[expect(unsafe_code, reason = "called by WebKit")]
unsafe extern "C" fn notify_surrounding(
    context: *mut Instance,
    text: *const c_char,
    length: c_uint,
    caret: c_uint,
    _selection: c_uint,
) {
    unsafe {
        let text = std::slice::from_raw_parts(text.cast::<u8>(), length as usize);
        typing(context).around.replace((String::from_utf8_lossy(text).into_owned(), caret));
    }
}

#[expect(unsafe_code, reason = "called by WebKit")]
unsafe extern "C" fn reset(context: *mut Instance) {
    unsafe { typing(context) }.reset();
}
