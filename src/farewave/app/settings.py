"""Settings, from the environment alone (`FAREWAVE_…`)."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_USUAL_PORTS = {"http": 80, "https": 443}


class Profile(StrEnum):
    """What this installation is for."""

    SANDBOX = "sandbox"
    PRODUCTION = "production"


class Settings(BaseSettings):
    """Everything that an operator may set. `farewave serve --help` names the common ones."""

    model_config = SettingsConfigDict(env_prefix="FAREWAVE_", extra="ignore", frozen=True)

    profile: Profile = Profile.SANDBOX
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65_535)] = 8000
    banks_port: Annotated[int | None, Field(ge=1, le=65_535)] = None
    """Where the simulated banks listen, on this machine only; the next port when unset."""
    tls: bool = False
    data: Path | None = None
    """Folder of the embedded database, keys and certificate; a default per user when unset."""
    database_url: SecretStr | None = None
    """Any PostgreSQL instead of the embedded one."""
    shards: Annotated[int, Field(ge=1, le=999)] = 4
    """Fixed at the first migration. Few on one machine, so that batches stay large."""
    keys: Path | None = None
    """Folder of keys that `farewave keys create` made. Production has no default for it."""
    workers: Annotated[int, Field(ge=1, le=64)] = 1
    public_url: str | None = None
    """Where phones reach this installation, when a proxy stands before it."""
    sms_url: str | None = None
    sms_token: SecretStr | None = None
    rail_gateway_url: str | None = None
    """Rail's Open Platform: in process when unset, else any gateway over HTTP."""
    rail_notify_url: str | None = None
    """Where that gateway reaches rail's notification door."""

    @property
    def sandbox(self) -> bool:
        return self.profile is Profile.SANDBOX

    @property
    def banks_url(self) -> str:
        """The simulated banks: another origin than the wallet's, never seen from outside."""
        return f"http://127.0.0.1:{self.simulated_banks_port}"

    @property
    def simulated_banks_port(self) -> int:
        return self.banks_port or self.port + 1

    @property
    def base_url(self) -> str:
        """The address that this process listens on, as a browser would write it.

        So without a port where it goes without saying: one official SDK bears none in it.
        """
        if self.public_url:
            return self.public_url.rstrip("/")
        host = "127.0.0.1" if self.host in {"0.0.0.0", "::"} else self.host  # noqa: S104
        scheme = "https" if self.tls else "http"
        port = "" if self.port == _USUAL_PORTS[scheme] else f":{self.port}"
        return f"{scheme}://{host}{port}"

    @model_validator(mode="after")
    def _there_is_a_next_port(self) -> "Settings":
        if self.sandbox and self.simulated_banks_port > 65_535:
            raise ValueError("there is no port after 65535 for the banks: set FAREWAVE_BANKS_PORT")
        return self

    @model_validator(mode="after")
    def _production_is_complete(self) -> "Settings":
        if self.profile is Profile.PRODUCTION:
            needed = {"FAREWAVE_KEYS": self.keys, "FAREWAVE_SMS_URL": self.sms_url}
            missing = [name for name, value in needed.items() if value is None]
            if missing:
                raise ValueError(f"the production profile needs {' and '.join(missing)}")
        return self
