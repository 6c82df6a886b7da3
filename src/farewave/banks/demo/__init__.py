"""The simulated banks: an HTTP service of its own with books of its own, and its adapter.

    bank.py       the adapter: the port `Bank` over signed HTTP requests
    wire.py       what both sides agree on: signatures, answers as JSON
    server.py     the service: each bank's doors, and what goes wrong at them
    books.py      what a bank decides, in its own transactions
    store.py      its statements, on the schema `demo_bank`
    audit.py      its books against ours
    endpoints.py  the wallet's sandbox doors: accounts to try things with, faults to switch on

The service stands for remote parties: it never writes in a transaction of ours, and knows an
instruction only by the id that it was sent. Sandbox only; production refuses it
(`deps.BanksDeps`). An adapter for a real bank is a folder beside this one with a `bank.py` of its
own, and a line in `app/parts.py`.
"""
