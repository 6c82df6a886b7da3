"""The decisions of rail, pure, a file for each idea.

`sale` when and to whom · `coaches` how places lie · `seats` which a party gets · `payments` what
money does to an order · `gates` who passes · `timetable` whether a timetable is sound.
"""
