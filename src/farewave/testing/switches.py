"""What the sandbox lets a test do to the world: move its clock, make calls fail."""

from datetime import datetime, timedelta

import httpx

from farewave.testing.application import Application

_PATIENCE_S = 60.0


class Clock:
    """The one clock of the gateway; deadlines and resends follow it within a second."""

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(
            base_url=f"{url}/api/v1/sandbox", timeout=_PATIENCE_S, trust_env=False
        )

    def now(self) -> datetime:
        """What it shows."""
        return datetime.fromisoformat(self._shown()["now"])

    def forward(self, by: timedelta) -> None:
        """Move it ahead of where it is."""
        self._move(int(self._shown()["offset_s"]) + int(by.total_seconds()))

    def reset(self) -> None:
        """Back to the machine's time."""
        self._move(0)

    def close(self) -> None:
        self._http.close()

    def _shown(self) -> dict[str, str]:
        shown: dict[str, str] = self._http.get("/clock").raise_for_status().json()
        return shown

    def _move(self, offset_s: int) -> None:
        self._http.put("/clock", json={"offset_s": offset_s}).raise_for_status()


class Faults:
    """How the next calls of an application's methods go wrong. Each replaces the method's last."""

    def __init__(self, application: Application) -> None:
        self._app_id = application.app_id
        self._http = httpx.Client(
            base_url=f"{application.gateway.url}/api/v1/sandbox",
            timeout=_PATIENCE_S,
            trust_env=False,
        )

    def unavailable(self, method: str, calls: int = 1) -> None:
        """They do nothing and answer `20000`."""
        self._arm(method, "unavailable", calls)

    def hang(self, method: str, hang_s: int, calls: int = 1) -> None:
        """They wait, then are carried out and answered as always."""
        self._arm(method, "hang", calls, hang_s=hang_s)

    def lose_answer(self, method: str, calls: int = 1) -> None:
        """They take effect, then the connection breaks."""
        self._arm(method, "lost_answer", calls)

    def notify_twice(self, method: str, calls: int = 1) -> None:
        """What they are followed by is posted twice, under one `notify_id`."""
        self._arm(method, "notify_twice", calls)

    def left(self) -> dict[str, int]:
        """How many calls of each method are still to go wrong."""
        found = self._http.get("/gateway-faults").raise_for_status().json()["faults"]
        return {one["method"]: one["calls"] for one in found if one["app_id"] == self._app_id}

    def clear(self) -> None:
        """Nothing more goes wrong."""
        self._http.delete("/gateway-faults", params={"app_id": self._app_id}).raise_for_status()

    def close(self) -> None:
        self._http.close()

    def _arm(self, method: str, fault: str, calls: int, **more: int) -> None:
        body = {"app_id": self._app_id, "method": method, "fault": fault, "calls": calls, **more}
        self._http.put("/gateway-faults", json=body).raise_for_status()
