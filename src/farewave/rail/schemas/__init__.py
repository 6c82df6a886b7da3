"""The wire types of rail: `timetable` and `orders`. Names are those of the OpenAPI document."""
