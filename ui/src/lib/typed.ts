// Fields and input methods.

/**
 * Empties the field that has the focus in the form of a hold, as its keys would, before it goes. WebKit keeps a syllable that is being composed in a
 * field that a script empties or takes away, and then composes none in any other.
 */
export function emptyForm() {
  const field = document.activeElement;
  if (!(field instanceof HTMLInputElement) || field.closest("[data-leaving-asks]") === null) return;
  field.select();
  // Deprecated, and the only way a script has of editing as a user does.
  document.execCommand("delete");
}
