import { useEffect, useState } from "react";
import { serverNow } from "@/api/clock";

/** The server's clock, ticking. */
export function ServerTime({ format }: { format: (instant: number) => string }) {
  const [now, setNow] = useState(serverNow);
  useEffect(() => {
    const timer = setInterval(() => {
      setNow(serverNow());
    }, 500);
    return () => {
      clearInterval(timer);
    };
  }, []);
  return <span className="tabular">{format(now)}</span>;
}
