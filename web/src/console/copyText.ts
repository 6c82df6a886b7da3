/** Copies, also where browsers keep their clipboard from a page: over plain HTTP. */
export async function copyText(text: string): Promise<void> {
  if (window.isSecureContext) {
    await navigator.clipboard.writeText(text);
    return;
  }
  const place = document.createElement("textarea");
  place.value = text;
  place.readOnly = true;
  place.style.position = "fixed";
  place.style.opacity = "0";
  document.body.append(place);
  place.select();
  // Old, and the only way that copies without HTTPS.
  document.execCommand("copy");
  place.remove();
}
