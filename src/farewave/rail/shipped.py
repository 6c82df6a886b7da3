"""The timetable that comes with Farewave: its compact notation, written out as the CSV form.

`data/*.csv` are in the form that an import takes. `data/stations.txt`, `data/lines.txt` and
`data/trains/*.txt` say the rest in a line for each station, trunk line and train; `data/README.md`
tells how to read and write them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable

from farewave.rail.rules.collected import without_side
from farewave.rail.rules.timetable import COLUMNS, kind_of, rate_and_stock

_PRINCIPAL = "~"


@dataclass(frozen=True, slots=True)
class TrunkLine:
    """A railway line: the telecodes of its stations in order, with kilometres from the first."""

    name: str
    name_en: str
    km: Mapping[str, int]

    def between(self, origin: str, destination: str) -> int | None:
        """Kilometres from one station to another, None where the line hasn't both."""
        here, there = self.km.get(origin), self.km.get(destination)
        return None if here is None or there is None else abs(there - here)


def trunk_lines() -> list[TrunkLine]:
    """The lines that most of the shipped trains run along."""
    return [_trunk_line(line) for line in _lines(_data() / "lines.txt")]


def shipped_texts() -> Mapping[str, str]:
    """The texts of the five CSV files, by name."""
    folder = _data()
    texts = {name: (folder / name).read_text("utf-8") for name in COLUMNS}
    for line in _lines(folder / "stations.txt"):
        texts["stations.csv"] += _station(line)
    lines = trunk_lines()
    for line in _train_lines(folder):
        train, stops = written_train(line.removeprefix(_PRINCIPAL), lines)
        texts["trains.csv"] += train
        texts["stops.csv"] += stops
    return texts


def principal_only() -> frozenset[str]:
    """The codes of the trains of which only the principal stops are told."""
    folder = _data()
    return frozenset(
        line.removeprefix(_PRINCIPAL).split()[0]
        for line in _train_lines(folder)
        if line.startswith(_PRINCIPAL)
    )


def _data() -> Traversable:
    return resources.files("farewave.rail") / "data"


def _train_lines(folder: Traversable) -> Iterator[str]:
    files = sorted((folder / "trains").iterdir(), key=lambda file: file.name)
    for file in files:
        yield from _lines(file)


def _lines(file: Traversable) -> Iterator[str]:
    for line in file.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line


def _station(line: str) -> str:
    """`HGH 杭州东 hang-zhou-dong 杭州`, or with the city's pinyin, or `=English` at the end."""
    telecode, name, pinyin, *rest = line.split()
    own_english = rest.pop()[1:].replace("-", " ") if rest and rest[-1].startswith("=") else None
    city = rest[0] if rest else name
    syllables = pinyin.split("-")
    stem, side = without_side(name, "".join(syllables))
    if not name.startswith(city):
        city_english = rest[1].capitalize()
    elif own_english and len(city) >= len(name) - 1:
        city_english = own_english
    else:
        city_english = "".join(syllables[: len(city)]).capitalize()
    initials = "".join(syllable[0] for syllable in syllables)
    english = f"{own_english or stem.capitalize()} {side}".rstrip()
    return ",".join(
        [telecode, name, english, "".join(syllables), initials, city, city_english, "no\n"]
    )


def _trunk_line(line: str) -> TrunkLine:
    """`京津城际线 | Beijing-Tianjin intercity | VNP 0, TJP 120`."""
    name, name_en, way = line.split(" | ")
    stations = (station.split(" ") for station in way.split(", "))
    return TrunkLine(name, name_en, {telecode: int(km) for telecode, km in stations})


def written_train(line: str, lines: list[TrunkLine]) -> tuple[str, str]:
    """`G1 24000000G109 VNP 09:00, NKH 12:39/12:41, AOH 13:48`."""
    code, train_no, way = line.split(" ", 2)
    kind = kind_of(code)
    rate, stock = rate_and_stock(kind)
    stops = []
    calls = [call.split(" ") for call in way.split(", ")]
    before, km = calls[0][0], 0
    for seq, (telecode, times, *stated) in enumerate(calls, start=1):
        arrive, _, depart = times.rpartition("/") if seq < len(calls) else (times, "", "")
        if seq > 1:
            km = int(stated[0]) if stated else km + _along(lines, before, telecode)
        before = telecode
        stops.append(f"{train_no},{seq},{telecode},{arrive},{depart},{km}\n")
    return f"{train_no},{code},{kind},{rate},{stock}\n", "".join(stops)


def _along(lines: list[TrunkLine], origin: str, destination: str) -> int:
    """Kilometres by the first line that has both stations; a train tells its own where none has."""
    for line in lines:
        km = line.between(origin, destination)
        if km is not None:
            return km
    raise ValueError(f"no line has both {origin} and {destination}")
