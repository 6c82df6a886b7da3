"""Wire types of the timetable: stations, what is on sale, offers, stops."""

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from farewave.kit.clock import from_shanghai
from farewave.rail import model, service
from farewave.rail.rules.sale import PAY_LIMIT, PRESALE_DAYS, SaleDays

Telecode = Annotated[str, Field(pattern=r"^[A-Z]{2}[A-Z0-9]$", examples=["VNP"])]
TrainNo = Annotated[str, Field(pattern=r"^[0-9A-Za-z]{1,20}$", examples=["24000000G109"])]


class Place(BaseModel):
    telecode: str
    name: str
    name_en: str


class Station(Place):
    pinyin: str
    initials: str
    city: str
    city_en: str
    hot: bool


class Stations(BaseModel):
    version: str
    items: list[Station]


class Sale(BaseModel):
    """Which travel days are on sale, and how long an order is held for money."""

    first_day: date
    last_day: date
    presale_days: int
    pay_limit_min: int


class SeatClass(BaseModel):
    class_code: str
    name: str
    name_en: str
    fare_fen: int
    left: int


class Offer(BaseModel):
    """`reason` tells in the caller's language why an offer can't be booked."""

    model_config = ConfigDict(populate_by_name=True)

    train_no: str
    train_code: str
    kind: str
    origin: Place = Field(alias="from")
    destination: Place = Field(alias="to")
    depart_at: datetime
    arrive_at: datetime
    day_offset: int
    duration_min: int
    classes: list[SeatClass]
    bookable: bool
    reason: str | None


class Offers(BaseModel):
    model_config = ConfigDict(populate_by_name=True)

    origin: str = Field(alias="from")
    destination: str = Field(alias="to")
    date: date
    items: list[Offer]


class Stop(Place):
    """The first stop has no arrival, the last no departure; kilometres are null where unknown."""

    seq: int
    arrive_at: datetime | None
    depart_at: datetime | None
    km: int | None


class Stops(BaseModel):
    train_code: str
    items: list[Stop]


def station_ref(station: model.Station) -> Place:
    return Place(telecode=station.telecode, name=station.name, name_en=station.name_en)


def stations_out(network: model.Network) -> Stations:
    return Stations(
        version=network.version,
        items=[
            Station(
                telecode=each.telecode,
                name=each.name,
                name_en=each.name_en,
                pinyin=each.pinyin,
                initials=each.initials,
                city=each.city,
                city_en=each.city_en,
                hot=each.hot,
            )
            for each in network.stations.values()
        ],
    )


def sale_out(days: SaleDays) -> Sale:
    return Sale(
        first_day=days.first_day,
        last_day=days.last_day,
        presale_days=PRESALE_DAYS,
        pay_limit_min=int(PAY_LIMIT.total_seconds()) // 60,
    )


def stops_out(way: service.TrainWay) -> Stops:
    return Stops(
        train_code=way.train.train_code,
        items=[_stop_out(way, stop) for stop in way.train.stops],
    )


def _stop_out(way: service.TrainWay, stop: model.Stop) -> Stop:
    station = way.network.stations[stop.telecode]
    return Stop(
        telecode=station.telecode,
        name=station.name,
        name_en=station.name_en,
        seq=stop.seq,
        arrive_at=_instant(way.service_day, stop.arrive_min),
        depart_at=_instant(way.service_day, stop.depart_min),
        km=stop.km,
    )


def _instant(service_day: date, minutes: int | None) -> datetime | None:
    return None if minutes is None else from_shanghai(service_day, minutes)
