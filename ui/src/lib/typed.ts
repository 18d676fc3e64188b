// Fields and input methods.

/**
 * Empties the field with the focus as its keys would, before it goes. WebKit keeps a syllable that is being composed in a
 * field that a script empties or takes away, and then composes none in any other.
 */
export function emptyFocused() {
  const field = document.activeElement;
  if (!(field instanceof HTMLInputElement)) return;
  field.select();
  // Deprecated, and the only way a script has of editing as a user does.
  document.execCommand("delete");
}
