"""Every SQL statement of rail, a file for each group of tables. The schema is `rail`."""
