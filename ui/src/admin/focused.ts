// For a field that a screen or a row was opened to type in. The attribute `autofocus` leaves the focus on the button that
// was pressed.
export const focused = (field: HTMLElement) => field.focus();
