import { useEffect, useRef, useState } from "react";
import { serverNow } from "@/api/clock";

/** 754 seconds as "12:34"; with hours where there are any. */
export function clockFace(seconds: number): string {
  const two = (part: number) => String(part).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}

/** Rounded up: while an instant is still to come, however near, what waits for it may not go on. */
function secondsUntil(instant: string): number {
  return Math.max(0, Math.ceil((Date.parse(instant) - serverNow()) / 1000));
}

/** Whole seconds until an instant by the server's clock, counted down; 0 when it has passed. */
export function useSecondsUntil(instant: string): number {
  const [left, setLeft] = useState(() => secondsUntil(instant));
  useEffect(() => {
    const look = () => {
      setLeft(secondsUntil(instant));
    };
    look();
    const timer = setInterval(look, 250);
    return () => {
      clearInterval(timer);
    };
  }, [instant]);
  return left;
}

interface Props {
  until: string;
  onEnd?: () => void;
}

/** The time left as mm:ss. Screen readers can read it but aren't told each second. */
export function Countdown({ until, onEnd }: Props) {
  const left = useSecondsUntil(until);
  const ended = useRef<string | null>(null);
  useEffect(() => {
    if (left === 0 && ended.current !== until) {
      ended.current = until;
      onEnd?.();
    }
  }, [left, until, onEnd]);
  return (
    <time className="tabular" role="timer" aria-live="off" dateTime={`PT${left}S`}>
      {clockFace(left)}
    </time>
  );
}
