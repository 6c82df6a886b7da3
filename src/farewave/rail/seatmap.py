"""The seat map and its choice, for who decides without a database: benchmarks and simulations.

A `SeatMap` is what is sold of one class of one run; `choose` gives a party its seats.
"""

from farewave.rail.rules.seatmap import ClassPlan, Seat, SeatMap, class_plan
from farewave.rail.rules.seats import choose

__all__ = ["ClassPlan", "Seat", "SeatMap", "choose", "class_plan"]
