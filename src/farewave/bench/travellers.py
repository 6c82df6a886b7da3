"""People who may book, made quickly, and the trains that they book: for the seats' benchmark."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from farewave.db import Database
from farewave.kit.chance import Chance
from farewave.kit.ids import new_id
from farewave.kit.invariant import invariant
from farewave.kit.sealing import Sealer
from farewave.people.model import Actor, IdentityNumber, RealName, check_character
from farewave.rail import service
from farewave.rail.model import Coach
from farewave.rail.timetable import Imported, import_timetable

TRAINS, STOPS, COACHES, PLACES = 500, 12, 14, 80
CLASS = "O"
_LAYOUT = "ABC-DF"
_PER_COMMIT = 1_000
_SERIALS, _AREAS = 999, 18


@dataclass(frozen=True, slots=True)
class Traveller:
    """An account whose person is on its own list."""

    actor: Actor
    passenger_id: UUID


def train_no(number: int) -> str:
    """The number of one of the `TRAINS`."""
    return f"24000000G{number:03d}"


def telecode(stop: int) -> str:
    """The telecode of one of the `STOPS`, counted from 0."""
    return f"X{chr(ord('A') + stop)}X"


def coaches() -> tuple[Coach, ...]:
    """The coaches of every train, 1,120 seats."""
    return tuple(Coach(f"{n:02d}", CLASS, _LAYOUT, PLACES) for n in range(1, COACHES + 1))


async def lay_tracks(database: Database) -> None:
    """Import a network made up for this: one line of stops, all trains run along it."""
    async with database.transaction() as tx:
        imported = await import_timetable(tx, _timetable())
    invariant(isinstance(imported, Imported), f"the made-up timetable is sound: {imported}")


def _timetable() -> Mapping[str, str]:
    stations = ["telecode,name,name_en,pinyin,initials,city,city_en,hot"]
    stations += [f"{telecode(n)},{n}站,Stop {n},zhan,z,{n}城,City {n},no" for n in range(STOPS)]
    trains, stops = (
        ["train_no,train_code,kind,tariff,stock"],
        ["train_no,seq,telecode,arrive,depart,km"],
    )
    for number in range(TRAINS):
        trains.append(f"{train_no(number)},G{number + 1},G,G,LONG")
        for n in range(STOPS):
            minute = 12 * 60 + number % 60 + 20 * n
            clock = f"{minute // 60:02d}:{minute % 60:02d}"
            arrive, depart = clock if n else "", clock if n < STOPS - 1 else ""
            stops.append(f"{train_no(number)},{n + 1},{telecode(n)},{arrive},{depart},{100 * n}")
    built = ["stock,coach,class_code,layout,places"]
    built += [f"LONG,{c.coach},{c.class_code},{c.layout},{c.places}" for c in coaches()]
    return {
        "stations.csv": "\n".join(stations),
        "trains.csv": "\n".join(trains),
        "stops.csv": "\n".join(stops),
        "fares.csv": "tariff,from,to,class_code,fare_yuan,basis",
        "coaches.csv": "\n".join(built),
    }


async def new_travellers(
    database: Database, sealer: Sealer, chance: Chance, first: int, count: int
) -> list[Traveller]:
    """So many people with identity numbers of their own, counted from `first`."""
    name = RealName.parse("乘车人")
    assert name is not None
    made: list[Traveller] = []
    for start in range(first, first + count, _PER_COMMIT):
        async with database.transaction() as tx:
            people = [
                (_actor(new_id(0, tx.now, chance), number), name, _identity(number))
                for number in range(start, min(start + _PER_COMMIT, first + count))
            ]
            entries = await service.list_proved(tx, sealer, people)
        made += [Traveller(p[0], entry) for p, entry in zip(people, entries, strict=True)]
    return made


def _actor(person_id: UUID, number: int) -> Actor:
    return Actor(person_id, 0, f"2088{number:012d}", person_id)


def _identity(number: int) -> IdentityNumber:
    """The numbers of people born on the days of twenty years, in the areas of one city."""
    rest, serial = divmod(number, _SERIALS)
    rest, area = divmod(rest, _AREAS)
    year, day = divmod(rest, 28)
    first_17 = f"{110101 + area}{1970 + year}01{day + 1:02d}{serial + 1:03d}"
    identity = IdentityNumber.parse(first_17 + check_character(first_17))
    assert identity is not None
    return identity
