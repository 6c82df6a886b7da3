"""The demonstration bank: an honest simulator behind the port `Bank`, with books of its own.

    bank.py       the adapter: the port's calls, and what goes wrong with them
    books.py      what the bank decides, in its own transactions
    store.py      its statements, on the schema `demo_bank`
    audit.py      its books against ours
    endpoints.py  accounts to try things with, faults to switch on

It stands for a remote party: it never writes in a transaction of ours, and knows an instruction
only by the id that it was sent. Sandbox only; production refuses it (`deps.BanksDeps`). An adapter
for a real bank is a folder beside this one with a `bank.py` of its own.
"""
