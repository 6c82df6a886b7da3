"""The timetable that comes with Farewave: its compact notation, written out as the CSV form.

`data/*.csv` are in the form that an import takes. `data/stations.txt` and `data/trains/*.txt` say
the rest in a line for each station and train; `data/README.md` tells how to read and write them.
"""

from collections.abc import Iterator, Mapping
from importlib import resources
from importlib.resources.abc import Traversable

from farewave.rail.rules.collected import without_side
from farewave.rail.rules.timetable import COLUMNS, kind_of, rate_and_stock

_PRINCIPAL = "~"


def shipped_texts() -> Mapping[str, str]:
    """The texts of the five CSV files, by name."""
    folder = resources.files("farewave.rail") / "data"
    texts = {name: (folder / name).read_text("utf-8") for name in COLUMNS}
    for line in _lines(folder / "stations.txt"):
        texts["stations.csv"] += _station(line)
    for line in _train_lines(folder):
        train, stops = _train(line.removeprefix(_PRINCIPAL))
        texts["trains.csv"] += train
        texts["stops.csv"] += stops
    return texts


def principal_only() -> frozenset[str]:
    """The codes of the trains of which only the principal stops are told."""
    folder = resources.files("farewave.rail") / "data"
    return frozenset(
        line.removeprefix(_PRINCIPAL).split()[0]
        for line in _train_lines(folder)
        if line.startswith(_PRINCIPAL)
    )


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


def _train(line: str) -> tuple[str, str]:
    """`G1 24000000G109 VNP 09:00, NKH 12:39/12:41 1023, AOH 13:48 1318`."""
    code, train_no, way = line.split(" ", 2)
    kind = kind_of(code)
    rate, stock = rate_and_stock(kind)
    stops = []
    calls = way.split(", ")
    for seq, call in enumerate(calls, start=1):
        telecode, times, *km = call.split(" ")
        arrive, _, depart = times.rpartition("/") if seq < len(calls) else (times, "", "")
        kilometres = km[0] if km else "0" if seq == 1 else ""
        stops.append(f"{train_no},{seq},{telecode},{arrive},{depart},{kilometres}\n")
    return f"{train_no},{code},{kind},{rate},{stock}\n", "".join(stops)
