import { CheckoutLinkPage } from "./CheckoutLinkPage";

/** Where a QR code leads the phone that scanned it. */
export function ScannedPage() {
  return <CheckoutLinkPage scanned />;
}
