"""Small nouns that every context may use: money, ids, clock, chance, limits, outcomes.

Nothing here knows any business and nothing here imports from the rest of Farewave.
"""
