/**
 * An SVG as the address of an image. An image runs no script and loads nothing, so a drawing that
 * came over the network can do no harm; put into the page itself it could.
 */
export function svgAddress(svg: string): string {
  const octets = new TextEncoder().encode(svg);
  let text = "";
  for (const octet of octets) text += String.fromCharCode(octet);
  return `data:image/svg+xml;base64,${btoa(text)}`;
}
