import { Navigate } from "react-router";
import { useAccount } from "./session";

/** Where somebody begins: with a way to come back if there is none yet, else with the work. */
export function Home() {
  const account = useAccount();
  if (account.proved_by === "link" && !account.has_authenticator && account.passkeys.length === 0) {
    return <Navigate to="/security" replace />;
  }
  return <Navigate to={account.seller_id ? "/apps" : "/deliveries"} replace />;
}
